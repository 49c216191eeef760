import AsyncHTTPClient
import NIOCore
import NIOPosix

/// HTTP clients, each bound to one checked address of one receiver, so that no later lookup of the name can lead elsewhere while
/// connections and TLS contexts are still reused.
actor ReceiverClients {
    private struct Place: Hashable {
        var host: String
        var address: String
    }

    private struct Entry {
        let client: HTTPClient
        var users = 0
        /// Counts up with every use: the lowest is the longest unused.
        var lastUse = 0
    }

    private static let capacity = 64

    private var entries: [Place: Entry] = [:]
    private var uses = 0

    /// Runs `body` with a client that reaches `host` at `address` and nowhere else.
    func with<Result: Sendable>(
        host: String,
        address: String,
        _ body: @Sendable (HTTPClient) async throws -> Result
    ) async throws -> Result {
        let place = Place(host: host, address: address)
        let client = await borrow(place)
        defer { entries[place]?.users -= 1 }
        return try await body(client)
    }

    func shutDown() async {
        let clients = entries.values.map(\.client)
        entries = [:]
        for client in clients { try? await client.shutdown() }
    }

    private func borrow(_ place: Place) async -> HTTPClient {
        uses += 1
        var entry = entries[place] ?? Entry(client: Self.makeClient(place))
        entry.users += 1
        entry.lastUse = uses
        entries[place] = entry
        while entries.count > Self.capacity,
            let oldest = entries.filter({ $0.value.users == 0 }).min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            entries[oldest.key] = nil
            try? await oldest.value.client.shutdown()
        }
        return entry.client
    }

    private static func makeClient(_ place: Place) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        // The checked name keeps its place in the Host header and in TLS; only the lookup is replaced.
        configuration.dnsOverride = [place.host: place.address]
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .seconds(30)
        return HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration
        )
    }
}
