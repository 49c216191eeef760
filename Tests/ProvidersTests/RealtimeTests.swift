import Audio
import Calls
import Conversation
import Foundation
import Logging
import Testing

@testable import Providers

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("A realtime model behind a WebSocket", .timeLimit(.minutes(1)))
struct RealtimeTests {
    private static let second = G711.encode(Sound.tone(300, seconds: 1), as: .mu)

    @Test(
        "A turn goes out as G.711 and an answer comes back so, with its words and tools, in both dialects",
        arguments: [RealtimeServer.Dialect.ga, .beta]
    )
    func wholeTurn(dialect: RealtimeServer.Dialect) async throws {
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer, dialect == .ga ? .ga : .beta)
            #expect(server.socket.path == "/v1/realtime" && server.socket.query == ["model": "gpt-realtime"])
            #expect(server.socket.request.headers["authorization"] == "Bearer sk-secret")
            try await server.agree()
            #expect(server.rules.format == (dialect == .ga ? "audio/pcmu" : "g711_ulaw"))
            #expect(server.rules.instructions == "You are a test." && server.rules.tools == ["end_call"])
            let turn = try await server.turn()
            #expect(turn.notes == ["[The call was answered.]"] && turn.said == ["Hello."])
            #expect(
                turn.committed == [
                    Array(repeating: G711.encode(Sound.tone(seconds: 0.02), as: .mu), count: 25).flatMap(\.self)
                ]
            )
            try await server.answer(Self.second, "See you then. Goodbye.", calls: [("end_call", "{}")])
            try await server.transcribe(turn.items[0], "Yes, I can.")
            let last = try await server.turn()
            #expect(last.results.values.sorted() == ["Done."])
            await server.socket.gone()
        } _: { port in
            let line = try await RealtimeLine(port, dialect)
            line.session.send(.note("[The call was answered.]"))
            line.session.send(.said("Hello."))
            line.speak(turn: 1)
            line.session.send(.answer(line: 7))
            let told = await line.all(until: "ended")
            #expect(told.prefix(4) == ["words 7 See", "words 7  you", "words 7  then.", "words 7  Goodbye."])
            #expect(told.filter { $0.hasPrefix("sound") } == Array(repeating: "sound 7 1600", count: 5))
            #expect(told.suffix(2) == ["called 7 end_call {}", "ended 7 stop 100+50"])
            #expect(await line.next() == "heard 1 Yes, I can.")
            await line.session.settle()
            line.session.send(.result(of: "call_3", "Done."))
            line.session.send(.answer(line: 8))
            line.session.close()
        }
    }

    @Test("On a line of A-law both sides are A-law, agreed on before the first sound")
    func aLaw() async throws {
        let tone = Sound.tone(seconds: 0.5)
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer)
            try await server.agree()
            let turn = try await server.turn()
            #expect(server.rules.format == "audio/pcma")
            #expect(turn.committed == [G711.encode(tone, as: .a)])
            try await server.answer(G711.encode(tone, as: .a), "Fine.")
            await server.socket.gone()
        } _: { port in
            let line = try await RealtimeLine(port)
            line.session.send(.law(.a))
            line.session.send(.hear(tone))
            line.session.send(.commit(turn: 1))
            line.session.send(.answer(line: 1))
            #expect(await line.all(until: "ended").count { $0.hasPrefix("sound") } == 3)
        }
    }

    @Test("The next answer is asked for when the canceled one is over, and nothing more is told of that")
    func oneAtATime() async throws {
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer)
            try await server.agree()
            _ = try await server.turn()
            let first = try await server.begin()
            try await server.speak(Self.second, "I was going to", in: first)
            let (type, event) = try await server.next()
            #expect(type == "response.cancel" && event.member("response_id")?.string == first.response)
            let (cut, truncation) = try await server.next()
            #expect(cut == "conversation.item.truncate" && truncation.member("audio_end_ms") == 1000)
            // The rules say if the next one is asked for before this.
            try await server.speak(Self.second, "say this", in: first)
            try await server.end(first, status: "cancelled", details: ["reason": "client_cancelled"])
            let turn = try await server.turn()
            #expect(turn.eventID == "line_2")
            try await server.answer(Self.second, "All right.")
            await server.socket.gone()
        } _: { port in
            let line = try await RealtimeLine(port)
            line.speak(turn: 1)
            line.session.send(.answer(line: 1))
            // All of what has come so far is heard; more is being made.
            for _ in 0..<5 { _ = await line.all(until: "sound") }
            line.session.send(.cancel(line: 1))
            line.session.send(.truncate(line: 1, heard: 1000))
            line.session.send(.answer(line: 2))
            let told = await line.all(until: "ended 2")
            #expect(told.contains { $0.hasPrefix("ended 1") } && told.contains("words 2 All"))
            #expect(!told.contains { $0.hasPrefix("words 1  this") })
        }
    }

    @Test("An answer that nobody asked for is canceled and not heard")
    func unasked() async throws {
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer)
            try await server.agree()
            let turn = try await server.turn()
            try await server.answer(Self.second, "Fine.")
            let own = try await server.begin()
            try await server.speak(Self.second, "By the way", in: own)
            let (type, event) = try await server.next()
            #expect(type == "response.cancel" && event.member("response_id")?.string == own.response)
            try await server.end(own, status: "cancelled")
            try await server.transcribe(turn.items[0], "Yes.")
            await server.socket.gone()
        } _: { port in
            let line = try await RealtimeLine(port)
            line.speak(turn: 1)
            line.session.send(.answer(line: 1))
            _ = await line.all(until: "ended")
            #expect(await line.next() == "heard 1 Yes.")
        }
    }

    @Test("A server that writes nothing down says so at once; one that cannot, says so of the turn")
    func withoutWords() async throws {
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer)
            try await server.agree()
            for type in ["conversation.item.input_audio_transcription.failed", ""] {
                let turn = try await server.turn()
                guard !type.isEmpty else { break }
                try await server.say([
                    "type": .string(type), "item_id": .string(turn.items[0]), "error": ["message": "no"],
                ])
            }
            await server.socket.gone()
        } _: { port in
            let line = try await RealtimeLine(port)
            line.speak(turn: 1)
            line.session.send(.answer(line: 1))
            #expect(await line.next() == "heard 1 -")
        }
    }

    enum Breach: CaseIterable, Sendable {
        case absent, refusesKey, hangsUp, hangs, hangsInHandshake, noise, binary, error, closes

        var label: String {
            switch self {
            case .absent: "cannot be reached"
            case .refusesKey: "answered 401"
            case .hangsUp: "cut off"
            case .hangs, .hangsInHandshake: "gave nothing for 5000"
            case .noise, .binary: "cannot be read"
            case .error: "invalid_model"
            case .closes: "1008"
            }
        }

        func play(on peer: Peer) async throws {
            switch self {
            case .absent: return
            case .refusesKey:
                return try await peer.answer("401 Unauthorized", type: "application/json", Array("{}".utf8))
            case .hangsInHandshake: return await peer.gone()
            case .hangsUp, .hangs, .noise, .binary, .error, .closes: break
            }
            let server = try await RealtimePeer(accepting: peer)
            try await server.say(["type": "session.created", "session": [:]])
            _ = try await server.next()
            switch self {
            case .noise: try await server.socket.send("<html>")
            case .binary: try await server.socket.send(opcode: 2, [1, 2, 3])
            case .error:
                try await server.say(["type": "error", "error": ["code": "invalid_model", "message": "no such model"]])
            case .closes: try await server.socket.close(1008, "policy")
            case .hangsUp: return
            default: break
            }
            await server.socket.gone()
        }
    }

    @Test(
        "Whatever a server does instead of agreeing is a failure that says so, and no place stays taken",
        arguments: Breach.allCases
    )
    func cannotBegin(breach: Breach) async throws {
        let clock = StepClock()
        let guardian = ServerGuard(name: "voice", places: 1, clock: ProviderClock(clock), logger: quiet)
        let takesTime = breach == .hangs || breach == .hangsInHandshake
        let failure = try await ScriptedServer.run { peer in
            try await breach.play(on: peer)
        } _: { port -> ModelFailure? in
            let port = breach == .absent ? try await ScriptedServer.deafPort() : port
            return await withTaskGroup(of: Void.self) { group in
                if takesTime {
                    group.addTask {
                        await clock.someoneWaits()
                        clock.advance(by: .seconds(5))
                    }
                }
                defer { group.cancelAll() }
                do {
                    _ = try await RealtimeLine(port, guardian: guardian)
                    return nil
                } catch {
                    return error as? ModelFailure
                }
            }
        }
        #expect(
            "\(failure.map { "\($0)" } ?? "none")".contains(breach.label),
            "\(breach): \(String(describing: failure))"
        )
        #expect("\(String(describing: failure))".contains("sk-secret") == false)
        #expect(guardian.health.failed == 1)
        // The place is free again.
        try guardian.begin()
    }

    enum Mishap: CaseIterable, Sendable {
        case disconnects, garbage, noBase64, expires, fails, refusesToAnswer, isCutShort

        var label: String {
            switch self {
            case .disconnects: "lost the language model's answer was cut off"
            case .garbage: "lost the language model's answer cannot be read: a message that is no JSON with a type"
            case .noBase64: "lost the language model's answer cannot be read: sound that is no base64"
            case .expires: "lost the language model answered 1001"
            case .fails: "failed 1 the language model answered 0: rate_limit_exceeded: slow down"
            case .refusesToAnswer: "failed 1 the language model answered 0: server_error: try again"
            case .isCutShort: "ended 1 limit"
            }
        }

        func play(on server: RealtimePeer, _ eventID: String) async throws {
            if self == .refusesToAnswer {
                try await server.say([
                    "type": "error",
                    "error": ["type": "server_error", "message": "try again", "event_id": .string(eventID)],
                ])
                return await server.socket.gone()
            }
            let answer = try await server.begin()
            try await server.speak(Array(second.prefix(3200)), "Half of", in: answer)
            switch self {
            case .garbage: try await server.socket.send("not json")
            case .noBase64:
                try await server.say([
                    "type": "response.output_audio.delta", "response_id": .string(answer.response),
                    "item_id": .string(answer.item), "delta": "%%%",
                ])
            case .expires: try await server.socket.close(1011, "session expired")
            case .fails:
                let problem: JSONValue = ["code": "rate_limit_exceeded", "message": "slow down"]
                try await server.end(answer, status: "failed", details: ["type": "failed", "error": problem])
            case .isCutShort:
                try await server.end(answer, status: "incomplete", details: ["reason": "max_output_tokens"])
            case .disconnects, .refusesToAnswer: return
            }
            await server.socket.gone()
        }
    }

    @Test(
        "What goes wrong in the middle of an answer is told once, behind what came before",
        arguments: Mishap.allCases
    )
    func breaksOff(mishap: Mishap) async throws {
        let guardian = ServerGuard(name: "voice", places: 1, logger: quiet)
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer)
            try await server.agree()
            try await mishap.play(on: server, server.turn().eventID)
        } _: { port in
            let line = try await RealtimeLine(port, guardian: guardian)
            line.speak(turn: 1)
            line.session.send(.answer(line: 1))
            let told = await line.all(until: String(mishap.label.prefix { $0 != " " }))
            if mishap != .refusesToAnswer {
                #expect(told.prefix(2) == ["words 1 Half", "words 1  of"])
                #expect(told.contains("sound 1 1600"))
            }
            #expect(told.last?.contains(mishap == .expires ? "1011" : mishap.label) == true, "\(told)")
            #expect(guardian.health.failed == (mishap == .isCutShort ? 0 : 1))
            // Nobody waits for ever for words that will not come.
            if told.last?.hasPrefix("lost") == true { await line.session.settle() }
            line.session.close()
            try guardian.begin()
        }
    }

    @Test("Faults of a call have its model be late, fail and break off, and no other call's")
    func faults() async throws {
        try await ScriptedServer.run { peer in
            let server = try await RealtimePeer(accepting: peer)
            try await server.agree()
            while true {
                _ = try await server.turn()
                let answer = try await server.begin()
                try await server.speak(Self.second, "One two three four", in: answer)
                try? await server.end(answer)
            }
        } _: { port in
            let line = try await RealtimeLine(port)
            func answer(_ number: Int, _ change: (inout Faults) -> Void) async -> [String] {
                var faults = Faults()
                change(&faults)
                await FaultSwitch(faults, clock: .continuous).apply { line.session.send(.answer(line: number)) }
                return await line.all(until: faults.modelFirstWord == nil ? "failed" : "ended \(number)")
            }
            line.speak(turn: 1)
            #expect(
                await answer(1) { $0.modelError = .all } == [
                    "failed 1 the language model cannot be reached: the call's faults have it fail"
                ]
            )
            let start = ContinuousClock.now
            #expect(await answer(2) { $0.modelFirstWord = 200 }.last == "ended 2 stop 100+50")
            #expect(start.duration(to: .now) >= .milliseconds(200))
            let cut = await answer(3) { $0.modelCut = 9 }
            #expect(cut.suffix(2) == ["words 3  t", "failed 3 the language model's answer was cut off"], "\(cut)")
        }
    }
}
