import Calls
import Engine
import FoundationEssentials
import Hummingbird

/// The body of `POST /v1/calls`.
enum NativePlacement {
    static let fields = [
        "agent", "to", "from", "variables", "context", "metadata", "instructions", "greeting", "callback_url",
        "scheduled_for", "expires_at", "priority", "ring_timeout", "max_duration", "record", "transcribe", "voicemail",
        "time_zone", "faults",
    ]

    static func read(_ body: JSONObjectBody, key: APIKey) throws -> CallControl.Placement {
        let agent = try body.required("agent")
        guard let destination = try body.phoneNumber("to") else { throw RequestProblem.missingField("to") }
        var request = CallRequest(
            destination: destination,
            mode: key.mode,
            variables: try body.object("variables") ?? [:],
            metadata: try body.objectText("metadata"),
            callbackURL: try body.string("callback_url"),
            scheduledFor: try body.date("scheduled_for"),
            expiresAt: try body.date("expires_at"),
            ringTimeout: try body.integer("ring_timeout", in: 5...120),
            maxDuration: try body.integer("max_duration", in: 10...7200)
        )
        request.key = key.id
        request.context = try body.objectText("context")
        request.instructions = try instructions(in: body)
        request.greeting = try body.string("greeting", upTo: Agent.textLimit)
        request.priority = try body.integer("priority", in: -100...100) ?? 0
        request.record = try body.truth("record")
        request.transcribe = try body.truth("transcribe") ?? true
        request.voicemailAction = try body.word("voicemail")
        request.timeZone = try body.string("time_zone")
        request.faults = try faults(in: body)
        return CallControl.Placement(agent: agent, from: try body.phoneNumber("from"), request: request)
    }

    private static func faults(in body: JSONObjectBody) throws(RequestProblem) -> Faults? {
        do throws(RequestProblem) {
            guard let members = try body.nested("faults", accepting: Faults.CodingKeys.allCases.map(\.rawValue)) else {
                return nil
            }
            func integer(_ key: Faults.CodingKeys, upTo limit: Int) throws(RequestProblem) -> Int? {
                try members.integer(key.rawValue, in: 0...limit)
            }
            var faults = Faults()
            faults.modelFirstWord = try integer(.modelFirstWord, upTo: Faults.longestDelay)
            faults.modelError = try members.word(Faults.CodingKeys.modelError.rawValue)
            faults.modelCut = try integer(.modelCut, upTo: Agent.textLimit)
            faults.recognizerDelay = try integer(.recognizerDelay, upTo: Faults.longestDelay)
            faults.recognizerError = try members.word(Faults.CodingKeys.recognizerError.rawValue)
            faults.recognizerDrop = try integer(.recognizerDrop, upTo: Faults.latestDrop)
            faults.voiceFirstSound = try integer(.voiceFirstSound, upTo: Faults.longestDelay)
            faults.voiceError = try members.word(Faults.CodingKeys.voiceError.rawValue)
            faults.loss = try members.number(Faults.CodingKeys.loss.rawValue, in: 0...100)
            return faults
        } catch {
            throw error.within("faults")
        }
    }

    private static func instructions(in body: JSONObjectBody) throws -> CallRequest.Instructions? {
        guard let members = try body.nested("instructions", accepting: ["text", "mode"]) else { return nil }
        guard let text = try members.string("text", upTo: Agent.textLimit) else {
            throw RequestProblem.missingField("instructions.text")
        }
        return CallRequest.Instructions(text: text, mode: try members.word("mode") ?? .append)
    }
}
