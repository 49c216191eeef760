import Calls
import Dashboard
import Engine
import Foundation
import Logging
import Metrics
import Providers
import ServiceLifecycle
import Storage
import UnixSignals
import WebAPI

/// The composition root: everything `trunkline serve` runs, put together in plain order.
struct Server {
    let settings: Settings
    let metrics: PrometheusMetrics
    let logger: Logger

    /// Serves until SIGTERM or SIGINT. The first one drains: not ready, no new dials, live calls go on up to the limit. A second one
    /// ends at once.
    ///
    /// `onListening` is told the port the API listens on, and `onInvitation` where the first owner chooses a password, as long as nobody has one. With a `guest` it serves until that has returned, drains, and throws what it threw.
    func run(
        on database: SQLiteDatabase,
        calling parts: CallingParts,
        guest: (any Service)? = nil,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in },
        onInvitation: @escaping @Sendable (_ url: String) -> Void = { _ in }
    ) async throws {
        try FileManager.default.createDirectory(
            atPath: settings.recordingsDirectory,
            withIntermediateDirectories: true
        )
        let publicURL = PublicURL(settings.http.publicURL)
        let engine = CallEngine(
            database: database,
            telephone: parts.telephone,
            conversations: parts.conversations,
            configuration: engineConfiguration(of: parts),
            logger: logger,
            webhookFormats: ServedDoor.webhookFormats(publicURL: publicURL)
        )
        try await engine.prepare()
        observe(engine)

        var api = APIServer.Configuration()
        api.host = settings.http.host
        api.port = settings.http.port
        api.hosts = settings.http.hosts.mapValues(\.path)
        let server = APIServer(
            configuration: api,
            native: ServedDoor.native.dialect(engine: engine, publicURL: publicURL),
            doors: ServedDoor.others(engine: engine, publicURL: publicURL),
            pages: dashboard(of: engine, publicURL),
            keys: engine.keys,
            rateLimits: engine.rateLimits,
            metrics: metrics,
            readiness: { await engine.status().reasonsNotReady },
            logger: logger
        )
        let http = settings.http
        let listening = server.service { port in
            await onListening(port)
            guard let invitation = try? await engine.users.firstInvitation() else { return }
            onInvitation(http.url(of: Dashboard.invitationPath(invitation), port: port))
        }
        // Shutdown runs backwards: the dispatcher drains while the API still shows how calls end and the network still carries them.
        let services = parts.services + [listening, LastQuestions()] + engine.services
        var group = ServiceGroupConfiguration(services: services, logger: logger)
        if let guest {
            group.services.append(
                .init(
                    service: guest,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                )
            )
        }
        group.maximumCancellationDuration = .seconds(10)
        try await ShutdownSignals(logger: logger).run(ServiceGroup(configuration: group))
        try database.close()
        logger.notice("Stopped")
    }

    private func dashboard(of engine: CallEngine, _ publicURL: PublicURL) -> Dashboard {
        var configuration = Dashboard.Configuration()
        configuration.labNumbers = LabNumber.suggested
        return Dashboard(engine: engine, publicURL: publicURL, configuration: configuration)
    }

    private func engineConfiguration(of parts: CallingParts) -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.voices = parts.voices
        configuration.realtimeModels = settings.realtimeModels.map(\.name)
        configuration.channels = settings.calls.channels
        configuration.drainLimit = .seconds(settings.calls.drain)
        configuration.recordingsDirectory = settings.recordingsDirectory
        configuration.liveTrunk = settings.liveTrunk
        configuration.rates = settings.rateDeck
        configuration.numberPool = settings.numbers.pool
        configuration.sounds = SoundFolder(path: settings.audioDirectory)
        configuration.lack = parts.lack
        configuration.languageModel = parts.languageModel
        configuration.trunks = settings.configuredTrunks
        configuration.webhooks.allowPrivateAddresses = settings.webhooks.allowsPrivateAddresses
        configuration.requests = settings.requestConfiguration
        return configuration
    }

    private func observe(_ engine: CallEngine) {
        metrics.gauge("trunkline_calls_live") { Double(await engine.status().liveCalls) }
        metrics.gauge("trunkline_calls_queued") { await engine.status().queuedCalls.map(Double.init) }
        metrics.gauge("trunkline_draining") { await engine.status().isDraining ? 1 : 0 }
        let channels = Double(settings.calls.channels)
        metrics.gauge("trunkline_channels") { channels }
        let start = Date().timeIntervalSince1970
        metrics.gauge("process_start_time_seconds") { start }
    }
}

/// Keeps the API open for half a second after the drain: whoever followed the last call asks for its result then.
private struct LastQuestions: Service {
    func run() async throws {
        try await gracefulShutdown()
        try await ContinuousClock().sleep(for: .milliseconds(500))
    }
}

extension EngineStatus {
    /// Why new calls should go elsewhere; nothing if they need not.
    var reasonsNotReady: [String] {
        var reasons: [String] = []
        if isDraining { reasons.append("the server is stopping") }
        if !isDatabaseReachable { reasons.append("the database does not answer") }
        return reasons
    }
}
