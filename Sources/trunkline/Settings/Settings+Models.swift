import Calls
import Providers

extension Settings {
    /// One of `models`: a language model that leads the conversations of agents without a flow. The first one is asked first.
    struct Model: Sendable {
        /// What it is called in logs, by `doctor` and on the records of calls.
        var name: String
        /// Up to and with `/v1`, without a slash at the end.
        var url: String
        /// What the server calls the model.
        var model: String
        var key: Secret?
        /// Whether it calls tools.
        var hasTools = true
        /// Whether it keeps to a JSON schema.
        var hasSchema = true
        /// Whether it reads what it is told of its part while the greeting is said.
        var prefills = false
        /// How long its first word may take, in ms.
        var firstWord = 9000
        /// Its longest answer, in tokens.
        var limit = 400
        /// Nil: the server's own.
        var temperature: Double?
        /// Nil: its answers cost nothing.
        var price: ModelPrice?
    }

    /// One of `models` with `kind: realtime`: hears, thinks and speaks for the agents that name it.
    struct RealtimeModel: Sendable {
        var server: RealtimeServer
        /// What agents name as their `model`.
        var name: String { server.name }
        /// Nil: its answers cost nothing.
        var price: ModelPrice?
    }
}
