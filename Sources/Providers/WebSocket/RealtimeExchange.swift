import Audio
import Calls
import Conversation
import FoundationEssentials

/// One session with a realtime server: what the program wants of it in, the protocol's messages out, and the other way round.
///
/// A server has one answer at a time: the next is asked for when the one before is over, also if that was canceled. An answer that nobody asked
/// for is not heard.
struct RealtimeExchange: Sendable {
    enum Effect: Sendable {
        case send(String)
        case tell(RealtimeEvent)
        /// The server has agreed to the session.
        case agreed
        /// The server failed an answer.
        case failed(ServerFault)
        /// The server did not like something that nothing depends on.
        case grumbled(String)
        /// The session is over. Nothing more comes.
        case lost(ServerFault)
    }

    private struct Answer {
        let line: Int
        /// Nil: it is not begun yet.
        var id: String?
        var isCanceled = false
        /// Those that were told.
        var calls: Set<String> = []
        /// The beginning of its sound, until that is worth playing. Nil: it is being played.
        var opening: [Int16]? = []
        var samples = 0
        /// After how many characters it is to break off, on purpose.
        var cut: Int?
    }

    /// Sound of an answer.
    private struct Piece {
        let item: String
        let content: Int
        var samples: Int
    }

    /// Kept together at the beginning of an answer, in samples: 60 ms, so that a packet that is late leaves no hole.
    private static let cushion = 480
    /// No answer is longer, in samples: five minutes.
    private static let longest = 300 * 8000

    private let request: RealtimeRequest
    private let setup: RealtimeSetup
    private var law = G711.Law.mu
    private var hasAgreed = false
    private(set) var isOver = false
    private var answer: Answer?
    /// To be asked for when the answer under way is over.
    private var next: (line: Int, cut: Int?)?
    private var lastCanceled = 0
    private var pieces: [Int: [Piece]] = [:]
    /// Committed, and not confirmed yet.
    private var committed: [Int] = []
    private var turns: [String: Int] = [:]
    private var unheard: Set<Int> = []

    init(_ request: RealtimeRequest, _ setup: RealtimeSetup) {
        self.request = request
        self.setup = setup
    }

    /// Whether the words of every turn are known, or never will be.
    var isSettled: Bool { isOver || unheard.isEmpty }

    mutating func close() {
        isOver = true
    }

    /// The connection is down.
    mutating func end(_ error: (any Error)?) -> [Effect] { lose(error.map { ServerFault($0) } ?? .cutShort) }

    // What the program wants.

    func begin() -> [Effect] { [.send(request.setup(setup, law))] }

    /// With `cut`, an answer breaks off after so many characters, on purpose.
    mutating func take(_ command: RealtimeCommand, cut: Int? = nil) -> [Effect] {
        guard !isOver else { return [] }
        switch command {
        case .law(let law):
            guard law != self.law else { return [] }
            self.law = law
            return [.send(request.setup(setup, law))]
        case .hear(let samples):
            return samples.isEmpty ? [] : [.send(request.audio(G711.encode(samples, as: law)))]
        case .commit(let turn): return commit(turn)
        case .forget: return [.send(request.clear())]
        case .note(let text): return [.send(request.note(text))]
        case .said(let text): return [.send(request.said(text))]
        case .result(let call, let text): return [.send(request.result(of: call, text))]
        case .answer(let line):
            // It was taken back before it was its turn.
            guard line > lastCanceled else { return [] }
            guard answer == nil else {
                next = (line, cut)
                return []
            }
            return ask(line, cut)
        case .cancel(let line): return cancel(line)
        case .truncate(let line, let heard): return truncate(line, heard)
        }
    }

    private mutating func commit(_ turn: Int) -> [Effect] {
        let effects = [Effect.send(request.commit(turn: turn))]
        guard request.server.transcriber != nil else { return effects + [.tell(.heard(turn: turn, nil))] }
        committed.append(turn)
        unheard.insert(turn)
        return effects
    }

    private mutating func ask(_ line: Int, _ cut: Int?) -> [Effect] {
        answer = Answer(line: line, cut: cut)
        pieces = pieces.filter { $0.key > line - 8 }
        return [.send(request.answer(line: line))]
    }

    private mutating func cancel(_ line: Int) -> [Effect] {
        lastCanceled = max(lastCanceled, line)
        if next?.line == line { next = nil }
        guard let answer, answer.line == line, !answer.isCanceled else { return [] }
        self.answer?.isCanceled = true
        return answer.id.map { [.send(request.cancel(response: $0))] } ?? []
    }

    /// Every item of the line loses what was not heard of it.
    private mutating func truncate(_ line: Int, _ heard: Int) -> [Effect] {
        let pieces = pieces.removeValue(forKey: line) ?? []
        // Of an answer that is being made the server has more than has come.
        let isGrowing = answer?.line == line
        var left = heard
        return pieces.enumerated().compactMap { index, piece in
            let length = piece.samples / 8
            defer { left = max(0, left - length) }
            guard left < length || isGrowing && index == pieces.count - 1 else { return nil }
            return .send(request.truncate(item: piece.item, content: piece.content, heard: min(left, length)))
        }
    }

    // What the server says.

    mutating func hear(_ message: WebSocketMessage) -> [Effect] {
        guard !isOver else { return [] }
        guard case .text(let text) = message,
            let message = try? JSONDecoder().decode(RealtimeMessage.self, from: Data(text.utf8))
        else { return lose(.malformed("a message that is no JSON with a type")) }
        switch message.kind {
        case .agreed:
            defer { hasAgreed = true }
            return hasAgreed ? [] : [.agreed]
        case .committed:
            guard let item = message.itemID, !committed.isEmpty else { return [] }
            turns[item] = committed.removeFirst()
            return []
        case .transcribed: return heard(message.itemID, message.transcript ?? "")
        case .notTranscribed: return heard(message.itemID, nil)
        case .began: return begin(message.response?.id)
        case .sound: return sound(message)
        case .words: return words(message)
        case .item: return message.item.map { called($0, of: message.responseID) } ?? []
        case .ended: return end(message.response)
        case .error: return error(message.error)
        case nil: return []
        }
    }

    private mutating func heard(_ item: String?, _ words: String?) -> [Effect] {
        guard let turn = item.flatMap({ turns.removeValue(forKey: $0) }) else { return [] }
        unheard.remove(turn)
        return [.tell(.heard(turn: turn, words))]
    }

    private mutating func begin(_ id: String?) -> [Effect] {
        guard let id else { return lose(.malformed("an answer without an id")) }
        guard let answer, answer.id == nil else { return [.send(request.cancel(response: id))] }
        self.answer?.id = id
        return answer.isCanceled ? [.send(request.cancel(response: id))] : []
    }

    /// The answer under way, if it is the one with this id and is wanted.
    private func wanted(_ id: String?) -> Answer? {
        guard let answer, let id, answer.id == id, !answer.isCanceled else { return nil }
        return answer
    }

    private mutating func sound(_ message: RealtimeMessage) -> [Effect] {
        guard let answer = wanted(message.responseID) else { return [] }
        guard let codes = message.delta.flatMap({ Data(base64Encoded: $0) }), let item = message.itemID else {
            return lose(.malformed("sound that is no base64"))
        }
        guard answer.samples + codes.count <= Self.longest else { return lose(.tooLarge) }
        let samples = G711.decode(Array(codes), as: law)
        self.answer?.samples += samples.count
        var piece = Piece(item: item, content: message.contentIndex ?? 0, samples: samples.count)
        var all = pieces[answer.line] ?? []
        if let last = all.last, last.item == piece.item, last.content == piece.content {
            piece.samples += last.samples
            all.removeLast()
        }
        pieces[answer.line] = all + [piece]
        guard let opening = answer.opening else { return [.tell(.sound(line: answer.line, samples))] }
        let beginning = opening + samples
        self.answer?.opening = beginning.count < Self.cushion ? beginning : nil
        return beginning.count < Self.cushion ? [] : [.tell(.sound(line: answer.line, beginning))]
    }

    private mutating func words(_ message: RealtimeMessage) -> [Effect] {
        guard let answer = wanted(message.responseID), let words = message.delta else { return [] }
        guard let left = answer.cut else { return [.tell(.words(line: answer.line, words))] }
        self.answer?.cut = left - words.count
        guard words.count >= left else { return [.tell(.words(line: answer.line, words))] }
        return [.tell(.words(line: answer.line, String(words.prefix(max(0, left)))))] + cancel(answer.line)
            + [.tell(.failed(line: answer.line, .cutOff))]
    }

    private mutating func called(_ item: RealtimeMessage.Item, of response: String?) -> [Effect] {
        guard let answer = wanted(response), item.type == "function_call", let id = item.callID, let name = item.name,
            !answer.calls.contains(id)
        else { return [] }
        self.answer?.calls.insert(id)
        return [.tell(.called(line: answer.line, ToolCall(id: id, name: name, arguments: item.arguments ?? "")))]
    }

    private mutating func end(_ response: RealtimeMessage.Response?) -> [Effect] {
        guard let response, let answer, let id = answer.id, response.id == id else { return [] }
        var effects: [Effect] = []
        if !answer.isCanceled {
            if let opening = answer.opening, !opening.isEmpty {
                effects.append(.tell(.sound(line: answer.line, opening)))
            }
            for item in response.output ?? [] { effects += called(item, of: id) }
        }
        if response.status == "failed", !answer.isCanceled {
            let fault = Self.fault(response.details?.error)
            effects += [.failed(fault), .tell(.failed(line: answer.line, ModelFailure(fault, after: .zero)))]
        } else {
            effects.append(.tell(.ended(line: answer.line, Self.ending(response))))
        }
        return effects + goOn()
    }

    /// The answer is over: asks for the next.
    private mutating func goOn() -> [Effect] {
        answer = nil
        guard let (line, cut) = next else { return [] }
        next = nil
        return ask(line, cut)
    }

    private mutating func error(_ problem: RealtimeMessage.Problem?) -> [Effect] {
        let fault = Self.fault(problem)
        guard hasAgreed else { return lose(fault) }
        let event = problem?.eventID
        if let turn = committed.first(where: { RealtimeRequest.turnID($0) == event }) {
            committed.removeAll { $0 == turn }
            unheard.remove(turn)
            return [.grumbled(fault.description), .tell(.heard(turn: turn, nil))]
        }
        // Not every server says what it is about.
        if let answer, answer.id == nil, event == RealtimeRequest.lineID(answer.line) || event == nil,
            problem?.code != "response_cancel_not_active"
        {
            let failure = RealtimeEvent.failed(line: answer.line, ModelFailure(fault, after: .zero))
            return [.failed(fault)] + (answer.isCanceled ? [] : [.tell(failure)]) + goOn()
        }
        return [.grumbled(fault.description)]
    }

    private mutating func lose(_ fault: ServerFault) -> [Effect] {
        guard !isOver else { return [] }
        isOver = true
        return [.lost(fault)]
    }

    private static func fault(_ problem: RealtimeMessage.Problem?) -> ServerFault {
        let words = [problem?.code ?? problem?.type, problem?.message].compactMap(\.self).joined(separator: ": ")
        return .refused(status: 0, reason: ServerFault.excerpt(words.isEmpty ? "an error without words" : words))
    }

    private static func ending(_ response: RealtimeMessage.Response) -> ModelEnding {
        let reason: ModelEnding.Reason =
            switch (response.status, response.details?.reason) {
            case ("incomplete", "content_filter"): .filtered
            case ("incomplete", _): .limit
            default: .stop
            }
        let usage = response.usage.map { ModelUsage(promptTokens: $0.input ?? 0, answerTokens: $0.output ?? 0) }
        return ModelEnding(reason: reason, usage: usage)
    }
}
