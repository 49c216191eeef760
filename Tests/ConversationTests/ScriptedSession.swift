import Calls
import Foundation
import Synchronization

@testable import Conversation

/// A realtime model that answers as a test has it, on the line's clock.
final class ScriptedSession: RealtimeSession {
    enum Fate: Sendable {
        case ends
        /// Nothing more comes.
        case hangs
        case fails
        case isLost
    }

    struct Answer: Sendable {
        var words = ""
        /// Of sound, in ms.
        var length = 0
        /// In ms, until the first of it comes.
        var after = 300
        /// In ms, between one tenth of a second of it and the next.
        var drip = 0
        var calls: [ToolCall] = []
        var fate = Fate.ends
    }

    private struct State {
        var answers: [Answer]
        var heard: [String?]
        var commands: [RealtimeCommand] = []
        var isClosed = false
    }

    private let backstage: Backstage
    private let state: Mutex<State>

    init(_ answers: [Answer], heard: [String?], _ backstage: Backstage) {
        self.backstage = backstage
        state = Mutex(State(answers: answers, heard: heard))
    }

    /// What it was sent, without audio.
    var commands: [RealtimeCommand] {
        state.withLock(\.commands).filter { if case .hear = $0 { false } else { true } }
    }
    /// Samples that it was given to hear.
    var listened: Int {
        state.withLock(\.commands).reduce(0) { if case .hear(let samples) = $1 { $0 + samples.count } else { $0 } }
    }

    func send(_ command: RealtimeCommand) {
        state.withLock { state in
            state.commands.append(command)
            switch command {
            case .commit(let turn):
                let words = state.heard.isEmpty ? nil : state.heard.removeFirst()
                backstage.put(.realtime(.heard(turn: turn, words)), after: 400)
            case .answer(let line):
                guard !state.answers.isEmpty else { return }
                answer(line, state.answers.removeFirst())
            default: break
            }
        }
    }

    private func answer(_ line: Int, _ answer: Answer) {
        var events: [RealtimeEvent] = []
        if !answer.words.isEmpty { events.append(.words(line: line, answer.words)) }
        for _ in 0..<(answer.length / 100) {
            events.append(.sound(line: line, Studio.hum(100)))
        }
        events += answer.calls.map { .called(line: line, $0) }
        switch answer.fate {
        case .ends:
            let usage = ModelUsage(promptTokens: 100, answerTokens: 50)
            events.append(.ended(line: line, ModelEnding(reason: .stop, usage: usage)))
        case .hangs: break
        case .fails: events.append(.failed(line: line, .garbled("a test")))
        case .isLost: events.append(.lost(.cutOff))
        }
        for (index, event) in events.enumerated() {
            backstage.put(.realtime(event), after: answer.after + index * answer.drip)
        }
    }

    func settle() async { backstage.hurry() }
    func close() { state.withLock { $0.isClosed = true } }
}

extension Studio {
    /// Something that is not silent, of so many ms.
    static func hum(_ length: Int) -> [Int16] {
        (0..<(length * 8)).map { Int16(4000 * sin(Double($0) / 8)) }
    }
}
