import Conversation
import Logging
import Providers

extension Check {
    /// Each language model answers, and how long its first word takes.
    static func models(_ models: [Settings.Model]) -> Check {
        Check("Language models") {
            guard !models.isEmpty else {
                return [
                    .notice(
                        "none is configured: agents without a flow take a message",
                        "Name one under 'models' in the configuration file; docs/configuration.md shows how"
                    )
                ]
            }
            var findings: [Finding] = []
            for model in models { findings.append(await finding(model)) }
            return findings
        }
    }

    /// A session can be had with each realtime model, and how long that takes.
    static func realtimeModels(_ models: [Settings.RealtimeModel]) -> Check {
        Check("Realtime models") {
            var findings: [Finding] = []
            for model in models { findings.append(await finding(model.server)) }
            return findings
        }
    }

    private static func finding(_ server: RealtimeServer) async -> Finding {
        let place = "\(server.name) (\(server.url))"
        let logger = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
        let guardian = ServerGuard(name: server.name, places: 1, logger: logger)
        let clock = ContinuousClock()
        let start = clock.now
        do {
            try await RealtimeEndpoint(server, guardian: guardian, logger: logger).warmUp()
            return .ok("\(place) agreed to a session in \((clock.now - start) / .milliseconds(1)) ms")
        } catch ModelFailure.refused(let status, let reason) where status == 401 || status == 403 {
            return .failure("\(place) refused the key: \(reason)", "Check key_env or key_file of the model")
        } catch {
            return .failure("\(place): \(error)", "Check its url, model and api, and that the server runs")
        }
    }

    private static func finding(_ model: Settings.Model) async -> Finding {
        let place = "\(model.name) (\(model.url))"
        let clock = ContinuousClock()
        let start = clock.now
        do {
            try await ChatModel(model).warmUp()
            return .ok("\(place) answered in \((clock.now - start) / .milliseconds(1)) ms")
        } catch ModelFailure.refused(let status, let reason) where status == 401 || status == 403 {
            return .failure("\(place) refused the key: \(reason)", "Check key_env or key_file of the model")
        } catch ModelFailure.refused(404, let reason) {
            return .failure("\(place) knows no such model or path: \(reason)", "Check its url, up to /v1, and model")
        } catch {
            return .failure("\(place): \(error)", "Check that the server runs and that its url is right")
        }
    }
}
