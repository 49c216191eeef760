import AsyncHTTPClient
import Calls
package import Conversation
import EventStream
import NIOCore
import NIOHTTP1

/// A language model behind an OpenAI-compatible `/v1/chat/completions`, streamed: llama.cpp, vLLM, Ollama, OpenAI and the like.
package struct ChatModel: LanguageModel {
    /// Where it is and how it is asked.
    package struct Configuration: Sendable {
        /// What it is called here.
        package var name: String
        /// Up to and with `/v1`.
        package var url: String
        /// What the server calls the model.
        package var model: String
        /// Sent as a bearer token. Nil: the server wants none.
        package var key: String?
        package var abilities = ModelAbilities()
        /// How long the first word may take.
        package var firstWord: Duration = .seconds(10)
        /// How long each next one may take.
        package var nextWord: Duration = .seconds(5)
        /// How long the whole answer may take.
        package var whole: Duration = .seconds(60)
        /// The longest answer, in tokens.
        package var limit = 400
        package var temperature: Double?
        /// Asks the server for the same answers to the same words, as far as it can. Nil: it is not asked to.
        package var seed: Int?
        /// Whether it is asked in advance for what begins like the first question, with an answer of one token: a server that keeps what it has read
        /// then has most of it.
        package var prefills = false

        package init(name: String, url: String, model: String, key: String? = nil) {
            self.name = name
            self.url = url
            self.model = model
            self.key = key
        }
    }

    private let configuration: Configuration

    package init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    package var name: String { configuration.name }
    package var abilities: ModelAbilities { configuration.abilities }

    package func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        let patience = Patience(
            first: configuration.firstWord,
            next: configuration.nextWord,
            total: configuration.whole
        )
        let hasBegun = Flag()
        do {
            return try await withPatience(patience, clock: .continuous) { progress in
                try await stream(request, progress) { piece in
                    hasBegun.set()
                    try await take(piece)
                }
            }
        } catch let fault as ServerFault {
            throw ModelFailure(fault, after: hasBegun.isSet ? configuration.nextWord : configuration.firstWord)
        }
    }

    package func makeReady() async {
        await ProviderHTTP.connect(configuration.url + "/models", key: key)
    }

    package func foresee(_ request: ModelRequest) async {
        guard configuration.prefills else { return }
        var request = request
        request.limit = 1
        _ = try? await answer(request) { _ in }
    }

    package func warmUp() async throws {
        var request = ModelRequest(messages: [.user("Say hello.")])
        request.limit = 1
        var configuration = configuration
        // A server that loads its model on the first request takes its time.
        configuration.firstWord = .seconds(120)
        configuration.whole = .seconds(120)
        _ = try await ChatModel(configuration).answer(request) { _ in }
    }

    /// Throws `ModelFailure`, `ServerFault`, and what `take` throws.
    private func stream(
        _ request: ModelRequest,
        _ progress: Progress,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        let response = try await ProviderHTTP.send(httpRequest(for: request))
        var events = EventStreamReader()
        var answer = ChatAnswer(tools: Set(request.tools.map(\.name)), isData: request.schema != nil)
        do {
            for try await bytes in response.body {
                for event in try events.take(bytes.readableBytesView) {
                    let pieces = try answer.take(event.data)
                    if !pieces.isEmpty || answer.hasCalls {
                        try await progress.made { for piece in pieces { try await take(piece) } }
                    }
                }
            }
            if let event = events.end() { for piece in try answer.take(event.data) { try await take(piece) } }
        } catch is LineTooLong {
            throw ModelFailure.garbled("a line of more than \(EventStreamReader.longestLine) bytes")
        } catch  where ServerFault.isOfConnection(error) {
            throw try ProviderHTTP.fault(error)
        }
        let (pieces, ending) = try answer.end()
        for piece in pieces { try await take(piece) }
        return ending
    }

    private var key: ProviderKey? { configuration.key.map(ProviderKey.init) }

    private func httpRequest(for request: ModelRequest) -> HTTPClientRequest {
        let body = ChatRequest(
            model: configuration.model,
            request: request,
            abilities: configuration.abilities,
            limit: configuration.limit,
            temperature: configuration.temperature,
            seed: configuration.seed
        )
        var http = ProviderHTTP.post(
            configuration.url + "/chat/completions",
            key: key,
            type: "application/json",
            body: ByteBuffer(string: body.json.json)
        )
        http.headers.add(name: "accept", value: "text/event-stream")
        return http
    }
}

extension ModelFailure {
    /// `time` is how long was waited.
    init(_ fault: ServerFault, after time: Duration) {
        switch fault {
        case .unreachable(let reason): self = .unreachable(reason)
        case .refused(let status, let reason): self = .refused(status: status, reason)
        case .stalled: self = .stalled(time)
        case .cutShort: self = .cutOff
        case .malformed(let reason): self = .garbled(reason)
        case .tooLarge, .busy, .paused, .unknownVoice, .noneCan: self = .garbled("\(fault)")
        }
    }
}
