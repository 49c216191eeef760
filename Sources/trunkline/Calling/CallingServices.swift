import Media
import SIP
import ServiceLifecycle

/// Ends the media threads when everything above them has ended.
struct MediaService: Service {
    let media: MediaEngine

    func run() async throws {
        // Waits for shutdown, or throws because the task was canceled: the threads are to end either way.
        try? await gracefulShutdown()
        media.stop()
    }
}

/// Runs the way out, and hangs up what is left at the end.
struct TelephoneService: Service {
    let telephone: SIPTelephone

    func run() async throws {
        await cancelWhenGracefulShutdown { await telephone.run() }
        await telephone.stop()
    }
}

/// Runs an exchange, and hangs up what is left at the end.
struct ExchangeService: Service {
    let exchange: SIPExchange

    func run() async throws {
        await cancelWhenGracefulShutdown { await exchange.run() }
        await exchange.stop()
    }
}
