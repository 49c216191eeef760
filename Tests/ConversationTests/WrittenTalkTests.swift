import Calls
import Foundation
import Testing

@testable import Conversation

@Suite("An agent that is written to")
struct WrittenTalkTests {
    private static func talk(_ model: ScriptedModel) -> WrittenTalk {
        var brief = ConversationBrief(
            call: Call.ID(bornAt: Date()),
            agent: .talker(),
            variables: [:],
            maxDuration: 60
        )
        brief.prompt = "Confirm the appointment."
        return WrittenTalk(brief, model: model)
    }

    @Test("It answers with its model, notes what it hears and hangs up; tools are checked as in a call")
    func talk() async throws {
        let model = ScriptedModel([
            .pieces([.call("record_result", #"{"field":"confirmed","value":true}"#)]),
            .pieces([.text("Shall I send a reminder?"), .call("end_call")]),
            .pieces([.text("Very well. Goodbye."), .call("end_call")]),
        ])
        var talk = Self.talk(model)
        #expect(talk.opening == [Agent.talker().greeting])
        let first = try await talk.answer("Yes, I can.")
        #expect(first.text == "Shall I send a reminder?")
        #expect(first.tools.map(\.isRefused) == [false, true])
        #expect(!first.isOver && first.firstWord != nil)
        let second = try await talk.answer("No need.")
        #expect(second.isOver && second.text == "Very well. Goodbye.")
        #expect(talk.fields == ["confirmed": true])
        guard case .system(let prompt)? = model.requests.first?.messages.first else { return }
        #expect(prompt.hasPrefix("Confirm the appointment."))
    }

    @Test("A model that fails says so, and the talk goes on")
    func failure() async throws {
        var talk = Self.talk(ScriptedModel([.fails(after: "", .cutOff), .pieces([.text("Yes?")])]))
        await #expect(throws: ModelFailure.cutOff) { _ = try await talk.answer("Hello?") }
        #expect(try await talk.answer("Hello?").text == "Yes?")
    }

    @Test("A model that goes round in circles is not heard out")
    func repetition() async throws {
        let again = ModelPiece.text("Can you come on Thursday? ")
        var talk = Self.talk(ScriptedModel([.pieces([.text("Hello. "), again, again, .text("Never said.")])]))
        let answer = try await talk.answer("Hello?")
        #expect(answer.text == "Hello. Can you come on Thursday?")
        #expect(answer.isCutShort)
    }
}
