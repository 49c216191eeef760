package import Engine
package import Hummingbird
package import Logging
import NIOCore
package import ServiceLifecycle

/// All doors behind one port.
package struct APIServer: Sendable {
    package struct Configuration: Sendable {
        package var host = "127.0.0.1"
        /// 0 lets the system choose.
        package var port = 8080
        /// Host names that stand for a door: name in lowercase, without a port, to the door's path. A client of such a host leaves that path out.
        package var hosts: [String: String] = [:]
        /// How long a connection may bring nothing while nothing is answered on it: one that never finishes its request, or asks nothing more. Longer than
        /// clients keep unused connections, so that they close them first.
        package var idleTimeout = Duration.seconds(90)

        package init() {}
    }

    private let configuration: Configuration
    private let doors: Doors
    private let pages: (any PageRoutes)?
    private let keys: KeyControl
    private let rateLimits: RateLimitControl
    private let operation: OperationRoutes
    private let metrics: PrometheusMetrics
    private let logger: Logger

    /// `native` answers for every path that none of `doors` stands before; `pages` are for people, at the root. `readiness` gives the reasons, in plain words, why new calls should go elsewhere; none if the server is ready.
    package init(
        configuration: Configuration,
        native: any Dialect,
        doors: [Door] = [],
        pages: (any PageRoutes)? = nil,
        keys: KeyControl,
        rateLimits: RateLimitControl,
        metrics: PrometheusMetrics,
        readiness: @escaping @Sendable () async -> [String],
        logger: Logger
    ) {
        self.configuration = configuration
        self.doors = Doors(fallback: native, others: doors)
        self.pages = pages
        self.keys = keys
        self.rateLimits = rateLimits
        self.metrics = metrics
        self.logger = logger
        operation = OperationRoutes(metrics: metrics, readiness: readiness)
    }

    /// Everything that can be asked, as in `GET /v1/calls/{id}`.
    package var routes: [String] {
        doorRouter().routes.map { "\($0.method.rawValue) \($0.path)" }
    }

    package func router() -> Router<APIContext> {
        let router = doorRouter()
        router.refuseWrongMethods()
        return router
    }

    /// Middleware from the outside in: the request gets its name, it is counted with the status it was really answered with, and
    /// whatever was thrown becomes an answer. Keys are checked inside, per door.
    private func doorRouter() -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestIDMiddleware())
        router.add(middleware: RequestMetricsMiddleware(factory: metrics))
        router.add(middleware: RateLimitHeaders(doors: doors))
        router.add(middleware: FailureMiddleware(doors: doors))
        operation.addRoutes(to: router)
        pages?.addRoutes(to: router)
        for door in doors.all {
            door.dialect.addRoutes(
                to: DoorRoutes(group: router.group(RouterPath(door.path)), keys: keys, rateLimits: rateLimits)
            )
        }
        return router
    }

    /// Serves until it is told to stop; then requests under way are finished. `onListening` is told the port.
    package func service(onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) -> some Service {
        // The library announces its start at info, which `onListening` lets the program do in its own words.
        var logger = logger
        if logger.logLevel == .info { logger.logLevel = .notice }
        let methods = MethodResponder(
            methods: Set(Router<APIContext>.knownMethods),
            router: router().buildResponder()
        )
        return Application(
            responder: HostResponder(hosts: configuration.hosts, router: methods),
            server: .http1(configuration: .init(idleTimeout: TimeAmount(configuration.idleTimeout))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "trunkline"
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
    }
}
