package import FoundationEssentials

extension CallEvent {
    /// That `call` now has the status it has.
    package static func status(of call: Call, at now: Date) -> CallEvent {
        make(.status, call, now, ["status": .string(call.lifecycle.status.rawValue)].merging(ending(of: call)) { $1 })
    }

    /// That `call` is over.
    package static func ended(_ call: Call, at now: Date) -> CallEvent {
        make(
            .ended,
            call,
            now,
            [
                "status": .string(call.lifecycle.status.rawValue), "goal": .string(call.goal.rawValue),
                "reached": .string(call.reached.rawValue),
            ]
            .merging(ending(of: call)) { $1 }
        )
    }

    /// That something was said on `call`.
    package static func said(_ entry: TranscriptEntry, on call: Call, at now: Date) -> CallEvent {
        var data: [String: JSONValue] = [
            "speaker": .string(entry.speaker.rawValue),
            "text": .string(entry.text),
            "start_ms": .integer(Int64(entry.start)),
            "end_ms": .integer(Int64(entry.end)),
        ]
        if let step = entry.step { data["step"] = .string(step) }
        if let intent = entry.intent { data["intent"] = .string(intent) }
        if entry.keyed { data["keyed"] = true }
        return make(.said, call, now, data)
    }

    /// That `answer` is what answered `call`.
    package static func answeredBy(_ answer: AnswerRecord, on call: Call, at now: Date) -> CallEvent {
        make(
            .answeredBy,
            call,
            now,
            [
                "verdict": .string(answer.reached.rawValue), "confidence": .number(answer.verdict.confidence),
                "reason": .string(answer.verdict.reason),
                "at_ms": .integer(Int64(answer.personJoined ?? answer.verdict.at)),
            ]
        )
    }

    private static func ending(of call: Call) -> [String: JSONValue] {
        guard let ending = call.lifecycle.ending else { return [:] }
        return ["end_reason": .string(ending.reason.rawValue)]
    }

    private static func make(_ kind: Kind, _ call: Call, _ now: Date, _ data: [String: JSONValue]) -> CallEvent {
        CallEvent(id: ID(bornAt: now), call: call.id, project: call.project, kind: kind, at: now, data: .object(data))
    }
}
