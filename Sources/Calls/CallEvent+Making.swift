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

    /// That the callee has put `call` on hold, `start` ms into its recording.
    package static func onHold(since start: Int, on call: Call, at now: Date) -> CallEvent {
        make(.onHold, call, now, ["start_ms": .integer(Int64(start))])
    }

    /// That a tool was used on `call`. What was asked and what came of it is in the call's record, once it is over.
    package static func used(_ use: ConversationAccount.ToolUse, on call: Call, at now: Date) -> CallEvent {
        make(
            .toolUsed,
            call,
            now,
            [
                "name": .string(use.name), "start_ms": .integer(Int64(use.start)), "end_ms": .integer(Int64(use.end)),
                "refused": .bool(use.isRefused), "failed": .bool(use.isFailed),
            ]
        )
    }

    /// That it is known what became of handing the callee of `call` over.
    package static func transferred(
        _ outcome: TransferOutcome,
        to name: String,
        on call: Call,
        at now: Date
    ) -> CallEvent {
        var data: [String: JSONValue] = ["to": .string(name), "result": .string(outcome.result.rawValue)]
        if let status = outcome.sipStatus { data["sip_status"] = .integer(Int64(status)) }
        if let reason = outcome.reason { data["reason"] = .string(reason) }
        return make(.transferred, call, now, data)
    }

    private static func ending(of call: Call) -> [String: JSONValue] {
        guard let ending = call.lifecycle.ending else { return [:] }
        return ["end_reason": .string(ending.reason.rawValue)]
    }

    private static func make(_ kind: Kind, _ call: Call, _ now: Date, _ data: [String: JSONValue]) -> CallEvent {
        CallEvent(id: ID(bornAt: now), call: call.id, project: call.project, kind: kind, at: now, data: .object(data))
    }
}
