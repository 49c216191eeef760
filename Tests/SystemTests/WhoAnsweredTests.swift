import Calls
import Foundation
import PhoneLab
import Testing

/// The whole way, against the lab's machines: what is done about them, and what the other side has of it.
@Suite("What answers, over the wire", .serialized)
struct WhoAnsweredTests {
    private static let agent = """
        agent: caller
        name: Bright Dental
        numbers: ["+15550100000"]
        greeting: Hello, this is Bright Dental calling about your appointment.
        voicemail: {action: leave_message, message: "Hello {{name}}, this is Bright Dental. Please call us back. Thank you."}
        answering:
          screener: {say: "This is Bright Dental, calling about an appointment."}
          menu: {action: press, keys: "0"}
        defaults: {name: Maria}
        flow:
          start: ask
          steps:
            ask:
              say: Can you make it on Thursday at three?
              answers:
                - {name: can, expect: yes, end: met}
                - {name: cannot, expect: no, end: not_met}
        """

    private struct Played: Sendable {
        let call: JSONValue
        let lab: LabCall
        let transcript: [JSONValue]

        var answer: JSONValue { call["who_answered"] }
        var message: JSONValue? { transcript.first { $0["intent"] == "voicemail_message" } }
    }

    @Test(
        "Mailboxes get their message after the tone or are hung up on, a screener is told who calls, a menu gets its key",
        .timeLimit(.minutes(3))
    )
    func machines() async throws {
        try await DoorRig.run { rig in
            let reply = try await rig.server.request("POST", "/v1/agents", text: ("application/yaml", Self.agent))
            try #require(reply.status == 201, "\(reply.text)")
            async let short = play("+15550300001", on: rig)
            async let hungUpOn = play("+15550300002", ["voicemail": "hang_up"], on: rig)
            async let noTone = play("+15550300003", on: rig)
            async let full = play("+15550300004", on: rig)
            async let screener = play("+15550300005", on: rig)
            async let menu = play("+15550300006", ["max_duration": 25], on: rig)
            try await expectMessage(in: short, afterTone: true)
            try await expectMessage(in: noTone, afterTone: false)
            try await expectHungUp(hungUpOn)
            try await expectMailbox(full)
            try await expectPersonBehindScreener(screener)
            let pressed = try await menu
            #expect(pressed.lab.keys.map(\.text) == ["0"], "\(pressed.transcript)")
            #expect(pressed.call["reached"] == "person", "\(pressed.answer)")
            try await expectLabel(try await short.call, rig.server)
        }
    }

    private func play(_ number: String, _ more: [String: JSONValue] = [:], on rig: DoorRig) async throws -> Played {
        let id = try await rig.server.place(to: number, more.merging(["agent": "caller"]) { $1 })
        let call = try await rig.server.end(of: id)
        let transcript = try await rig.server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        let lab = try #require(try rig.ledger.ended().last { $0.dialed.hasSuffix(number.dropFirst()) })
        return Played(call: call, lab: lab, transcript: transcript)
    }

    /// A machine answered: that is no conversation, and costs nothing.
    private func expectMailbox(_ played: Played) {
        #expect(played.call["status"] == "voicemail", "\(played.call)")
        #expect(played.call["reached"] == "machine")
        #expect(played.call["cost"]["milli_cents"] == 0)
        #expect(played.answer["verdict"] == "machine")
        #expect(played.answer["reason"].text?.isEmpty == false)
        #expect(played.answer["evidence"]["speech"].values.isEmpty == false)
        // The rule in the United States is two seconds from the end of a person's greeting.
        #expect((played.lab.firstSound ?? .max) < 2000, "The agent speaks at once, whoever answers")
    }

    private func expectMessage(in played: Played, afterTone: Bool) throws {
        expectMailbox(played)
        let message = try #require(played.message, "\(played.transcript)")
        #expect(message["text"] == "Hello Maria, this is Bright Dental. Please call us back. Thank you.")
        #expect(played.answer["message"]["start_ms"] != .null)
        #expect((played.answer["tone_at_ms"] != .null) == afterTone)
        // As the mailbox has it: nothing is said from the verdict until the greeting, and the tone if there is one, are over.
        let greetingEnd = try #require(played.lab.said.last?.end)
        let left = try #require(played.lab.callerSpeech.last { ($0.end ?? .max) > greetingEnd }, "\(played.lab)")
        let first = try #require(played.lab.callerSpeech.first { $0.start > greetingEnd }, "\(played.lab)")
        #expect(first.start - greetingEnd < (afterTone ? 1500 : 4000))
        #expect((left.end ?? 0) - first.start > 2500, "The message is whole")
        #expect(played.lab.ending == .callerHungUp)
    }

    private func expectHungUp(_ played: Played) throws {
        expectMailbox(played)
        #expect(played.message == nil)
        #expect(played.lab.ending == .callerHungUp)
        let duration = try #require(played.call["duration"].wholeNumber)
        #expect(duration < 20, "The greeting of 24 s was not waited for: \(duration)")
    }

    private func expectPersonBehindScreener(_ played: Played) {
        let told = played.transcript.contains { $0["intent"] == "introduction" }
        #expect(told, "\(played.transcript)")
        #expect(played.call["status"] == "completed", "\(played.call)")
        #expect(played.call["reached"] == "person", "\(played.answer)")
        #expect(played.call["goal"] == "met", "\(played.transcript)")
    }

    private func expectLabel(_ call: JSONValue, _ server: Server) async throws {
        let id = try #require(call["id"].text)
        let labelled = try await server.request("PUT", "/v1/calls/\(id)/who_answered", json: ["label": "machine"])
        #expect(labelled.status == 200, "\(labelled.text)")
        #expect(try labelled.json["who_answered"]["label"] == "machine")
        let nonsense = try await server.request("PUT", "/v1/calls/\(id)/who_answered", json: ["label": "nobody"])
        #expect(nonsense.status == 422)
        let taken = try await server.request("PUT", "/v1/calls/\(id)/who_answered", json: ["label": .null])
        #expect(try taken.json["who_answered"]["label"] == .null)
    }
}
