import Audio
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
        "Mailboxes get their message after the tone or are hung up on, a screener is told who calls, a menu gets its key; where there is nobody the line is hung up; who picks up gets the agent",
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
            // Not all at once: each is heard in real time.
            async let fax = play("+15550300007", on: rig)
            async let callingFax = play("+15550300008", on: rig)
            async let notInService = play("+15550300009", on: rig)
            async let noCircuit = play("+15550300010", on: rig)
            async let busy = play("+15550300011", on: rig)
            async let music = play("+15550400004", ["max_duration": 12], on: rig)
            async let silence = play("+15550400001", ["max_duration": 12], on: rig)
            async let owner = play("+15550300012", on: rig)
            async let piece = play("+15550300013", on: rig)
            try await expectNobody(fax, "invalid_number", "fax", isRetryable: false)
            try await expectNobody(callingFax, "invalid_number", "fax", isRetryable: false)
            try await expectNobody(notInService, "invalid_number", "not_in_service", isRetryable: false)
            try await expectNobody(noCircuit, "carrier_error", "carrier_failure", isRetryable: true)
            try await expectNobody(busy, "busy", "busy", isRetryable: true)
            try await expectUndecided(silence)
            try await expectMusic(music)
            try await expectPickUp(owner)
            try await expectHangUp(piece)
            try await expectReports(on: rig)
        }
    }

    @Test("A recording is left whole, after the tone", .timeLimit(.minutes(2)))
    func recording() async throws {
        try await DoorRig.run(recordsLab: true) { rig in
            let folder = rig.directory + "/audio"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let sound = Self.sweep(rate: 16_000)
            try Data(WAVFile(sampleRate: 16_000, channels: [sound]).bytes).write(
                to: URL(filePath: folder + "/offer.wav")
            )
            let agent = Self.agent.replacing("message: \"Hello", with: "audio: offer.wav, message: \"Hello")
            let reply = try await rig.server.request("POST", "/v1/agents", text: ("application/yaml", agent))
            try #require(reply.status == 201, "\(reply.text)")
            let gone = agent.replacing("offer.wav", with: "gone.wav")
            let refused = try await rig.server.request("POST", "/v1/agents", text: ("application/yaml", gone))
            #expect(refused.status == 422 && refused.text.contains("gone.wav"), "\(refused.text)")

            let played = try await play("+15550300001", on: rig)
            expectMailbox(played)
            #expect(played.message?["text"] == "[offer.wav]", "\(played.transcript)")
            let beep = try #require(played.lab.said.last { $0.text == "beep" }?.end)
            let path = try #require(played.lab.recordingPath)
            let mailbox = try WAVFile(parsing: [UInt8](try Data(contentsOf: URL(filePath: path))))
            let heard = try #require(mailbox.channels.first)
            let wanted = Resampler.convert(sound, from: 16_000, to: 8_000)
            let (place, likeness) = Self.find(wanted, in: heard, from: max(0, beep - 500) * 8)
            #expect(likeness > 0.9, "\(likeness) at \(place / 8) ms, and the tone was over at \(beep) ms")
            #expect(place / 8 >= beep && place / 8 < beep + 1500, "\(place / 8) and \(beep)")
        }
    }

    /// Three seconds that are like themselves at no other place: from 400 to 2,800 Hz and back.
    private static func sweep(rate: Int) -> [Int16] {
        var phase = 0.0
        return (0..<3 * rate).map { index in
            let share = Double(index) / Double(3 * rate)
            phase += 2 * .pi * (400 + 2400 * (share < 0.6 ? share / 0.6 : (1 - share) / 0.4)) / Double(rate)
            return Int16(9000 * sin(phase))
        }
    }

    /// Where `sound` lies in `recording`, and how like it is there: the correlation of the whole of it, 1 for the same.
    private static func find(_ sound: [Int16], in recording: [Int16], from start: Int) -> (place: Int, likeness: Double)
    {
        func likeness(at place: Int, step: Int, of length: Int) -> Double {
            var (product, ours, theirs) = (0.0, 0.0, 0.0)
            for index in stride(from: 0, to: length, by: step) {
                let (a, b) = (Double(sound[index]), Double(recording[place + index]))
                product += a * b
                ours += a * a
                theirs += b * b
            }
            return product / max(1, (ours * theirs).squareRoot())
        }
        guard recording.count > start + sound.count else { return (0, 0) }
        let places = start..<(recording.count - sound.count)
        // The first quarter of a second finds it, the whole of it is judged.
        let best = places.max { likeness(at: $0, step: 1, of: 2000) < likeness(at: $1, step: 1, of: 2000) } ?? start
        return (best, likeness(at: best, step: 1, of: sound.count))
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

    /// Answered, and yet there was nobody: not billed, and hung up on at once.
    private func expectNobody(_ played: Played, _ status: String, _ reason: String, isRetryable: Bool) {
        #expect(played.call["status"] == .string(status), "\(played.call)")
        #expect(played.call["end_reason"] == .string(reason))
        #expect(played.call["retryable"] == .bool(isRetryable))
        #expect(played.call["reached"] == "machine" && played.answer["verdict"] == "machine", "\(played.answer)")
        #expect(played.call["answered_at"] != .null && played.call["cost"]["milli_cents"] == 0)
        #expect(played.call["result_status"] == "pending", "No conversation was held")
        #expect(played.message == nil || reason == "fax", "\(played.transcript)")
        #expect(played.lab.ending == .callerHungUp)
    }

    /// Nothing was heard: the agent goes on as with a person.
    private func expectUndecided(_ played: Played) {
        #expect(played.answer["verdict"] == "unknown" && played.call["reached"] == "unknown", "\(played.answer)")
        #expect(played.call["status"] == "completed", "\(played.call)")
    }

    /// It said its piece and hung up: no conversation, which is told with the end and not before.
    private func expectHangUp(_ played: Played) {
        expectMailbox(played)
        #expect(played.call["end_reason"] == "voicemail" && played.call["retryable"] == true)
        #expect(played.answer["reason"].text?.contains("hung up without a reply") == true, "\(played.answer)")
        #expect(played.answer["evidence"]["is_hung_up"] == true || played.answer["evidence"]["isHungUp"] == true)
        #expect(played.lab.ending == .calleeHungUp)
    }

    private func expectMusic(_ played: Played) {
        // Without words music may be anything; it ends, and is no conversation with a person whose goal was met.
        #expect(played.call["goal"] != "met", "\(played.call)")
        #expect(["completed", "voicemail"].contains(played.call["status"].text), "\(played.call)")
    }

    private func expectPickUp(_ played: Played) {
        #expect(played.call["status"] == "completed" && played.call["reached"] == "person", "\(played.answer)")
        #expect(played.call["goal"] == "met", "\(played.transcript)")
        #expect(played.answer["message"] == .null, "It was cut off")
        let picksUp = played.lab.said.first { $0.text == "Hello? Hello, I am here." }
        let greeted = played.transcript.contains { entry in
            entry["text"].text?.contains("this is Bright Dental calling") == true
                && (entry["start_ms"].wholeNumber ?? 0) > (picksUp?.start ?? .max)
        }
        #expect(greeted, "The agent begins again with its greeting: \(played.transcript)")
    }

    /// The calls above, one of them labelled a machine, through the command line.
    private func expectReports(on rig: DoorRig) async throws {
        let calls = try await rig.server.request("GET", "/v1/calls?answered=true&limit=100").json["data"].values
        let hungUp = try #require(calls.first { $0["to"] == "+15550300002" }?["id"].text)
        let person = try #require(calls.first { $0["to"] == "+15550300012" }?["id"].text)
        for (id, label) in [(hungUp, "machine"), (person, "screener")] {
            let reply = try await rig.server.request(
                "PUT",
                "/v1/calls/\(id)/who_answered",
                json: ["label": .string(label)]
            )
            try #require(reply.status == 200, "\(reply.text)")
        }
        let report = try await rig.client(["amd", "report"])
        #expect(report.contains("  machine (1)"), "\(report)")
        #expect(report.contains("of 2 told rightly"), "\(report)")
        let again = try await rig.client(["amd", "replay"])
        #expect(again.hasPrefix("\(calls.count) calls decided again with their own thresholds"), "\(again)")
        #expect(again.contains("0 change their verdict"), "What was decided follows from what is stored: \(again)")
        let settings = [
            "amd", "replay", "--set", "longest_answer_ms=500", "--set", "longest_utterance_ms=500", "--json",
        ]
        let other = try await rig.client(settings)
        #expect(other == (try await rig.client(settings)), "The same calls give the same bytes")
        #expect(other.contains("\"before\" : \"person\""), "A person by these thresholds would be a machine: \(other)")
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
