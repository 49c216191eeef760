import Calls
import Foundation
import Testing

@testable import trunkline

@Suite("Secrets and prices of models in the configuration")
struct SecretSettingsTests {
    private func settings(_ text: String, environment: [String: String] = [:]) throws -> Settings {
        try Settings.load(path: try temporary(text), environment: environment).settings
    }

    @Test("Secrets come from the environment or a file, with the hosts they are for, and are never shown")
    func reads() throws {
        let file = try temporary("from-file\n")
        let settings = try settings(
            """
            tools: {allow_private: true}
            secrets:
              - {name: crm, hosts: [crm.example.com, api.example.com], env: CRM_KEY}
              - {name: other, hosts: other.example, file: \(file)}
            """,
            environment: ["CRM_KEY": "from-env"]
        )
        #expect(settings.secrets.map(\.name) == ["crm", "other"])
        #expect(settings.secrets.map(\.secret) == [Secret("from-env"), Secret("from-file")])
        #expect(settings.secrets.map(\.hosts) == [["crm.example.com", "api.example.com"], ["other.example"]])
        let configuration = settings.requestConfiguration
        #expect(settings.tools.allowsPrivateAddresses)
        #expect(!"\(settings)\(configuration)".contains("from-"))
    }

    @Test(
        "What is wrong with one is named",
        arguments: [
            ("- {name: a, hosts: [x.example]}", "give one of env, file"),
            ("- {name: a, env: KEY}", "required"),
            ("- {name: a, hosts: [x.example], env: MISSING}", "the environment has no variable MISSING"),
            ("- {name: a, hosts: [x.example], env: KEY, file: /x}", "give one of env, file"),
            ("- {name: a, hosts: ['https://x.example/'], env: KEY}", "expected names of hosts"),
            ("- {name: 'a b', hosts: [x.example], env: KEY}", "letters, digits"),
            ("- {nane: a, hosts: [x.example], env: KEY}", "did you mean name?"),
            (
                "- {name: a, hosts: [x.example], env: KEY}\n  - {name: a, hosts: [y.example], env: KEY}",
                "named a already"
            ),
        ]
    )
    func problems(item: String, words: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try settings("secrets:\n  \(item)\n", environment: ["KEY": "k"])
        }
        #expect(error?.problems.contains { $0.message.contains(words) } == true, "\(error?.problems ?? [])")
    }

    @Test("What a model's tokens cost is set beside it")
    func prices() throws {
        let settings = try settings(
            """
            calls: {model_reserve: 0.05}
            models:
              - {name: big, url: "http://127.0.0.1:1", model: m, prompt_price: 0.15, answer_price: 0.6}
              - {name: free, url: "http://127.0.0.1:2", model: m}
            """
        )
        let deck = settings.rateDeck
        #expect(
            deck.models == ["big": ModelPrice(prompt: Money(milliCents: 15_000), answer: Money(milliCents: 60_000))]
        )
        #expect(deck.modelReserve == Money(milliCents: 5000))
    }
}
