/// What an operator says of one realtime model.
package struct RealtimeServer: Sendable {
    /// Whose names for things the server has.
    package enum Dialect: String, Sendable, CaseIterable {
        /// OpenAI's Realtime API as it is.
        case ga
        /// As it was while it was a preview, which Azure and many servers of others still have.
        case beta
    }

    /// What agents name as their `model`.
    package var name: String
    /// `wss://api.openai.com/v1/realtime`; what stands behind a `?` is kept.
    package var url: String
    /// What the server calls the model.
    package var model: String
    /// Sent as a bearer token, or as Azure has it. Never in a log or an error.
    package var key: ProviderKey?
    /// The server's name for the voice. Nil: its usual one.
    package var voice: String?
    /// What the server calls the model that writes down what the callee says. Nil: nobody does.
    package var transcriber: String?
    package var dialect = Dialect.ga
    /// How long it may take until a session is agreed on.
    package var timeout: Duration = .seconds(5)
    /// Sessions at once.
    package var concurrency = 100

    package init(name: String, url: String, model: String) {
        self.name = name
        self.url = url
        self.model = model
    }
}
