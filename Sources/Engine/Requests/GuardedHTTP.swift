import AsyncHTTPClient

/// HTTP to places that customers name, none of which may be in the operator's own network unless the operator allows it.
struct GuardedHTTP: Sendable {
    let addressGuard: AddressGuard
    private let clients = ReceiverClients()
    private let resolver = NameResolver()

    init(addressGuard: AddressGuard) {
        self.addressGuard = addressGuard
    }

    func start() {
        resolver.start()
    }

    func stop() async {
        await clients.shutDown()
        await resolver.stop()
    }

    /// Where `receiver` is, if it may be called. Throws `DeliveryFailure` and `CancellationError`.
    func address(of receiver: Receiver) async throws -> String {
        try await addressGuard.resolve(receiver, with: resolver)
    }

    /// Runs `body` with a client that reaches `receiver` at `address`, which was found good, and nowhere else.
    func with<Result: Sendable>(
        _ receiver: Receiver,
        at address: String,
        _ body: @Sendable (HTTPClient) async throws -> Result
    ) async throws -> Result {
        try await clients.with(host: receiver.host, address: address, body)
    }
}
