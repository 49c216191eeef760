import Logging
import Media
import PhoneLab
import SIP
import ServiceLifecycle
import Speech

/// The phone lab with its own SIP stack and media threads, as if it were another machine.
struct LabParts: Sendable {
    let lab: PhoneLab
    let port: Int
    /// Lowest dependency first.
    let services: [any Service]

    /// `jitterDelay` is how long what arrives is held back at first, in ms.
    static func make(
        port: Int,
        speech: EmbeddedSpeech,
        persons: [PersonScript],
        others: [LabNumber] = [],
        configuration: PhoneLab.Configuration,
        jitterDelay: Int = 40,
        logger: Logger
    ) async throws -> LabParts {
        let media = try MediaEngine(
            configuration: .init(ports: 10_000...19_999, jitterDelay: jitterDelay),
            logger: logger
        )
        let exchange = try await SIPExchange(port: port, media: media, logger: logger)
        let lab = try PhoneLab(
            exchange: exchange,
            voice: speech.synthesizer,
            ears: speech.keyphrases,
            persons: persons,
            others: others,
            configuration: configuration,
            logger: logger
        )
        return LabParts(
            lab: lab,
            port: exchange.port,
            services: [MediaService(media: media), ExchangeService(exchange: exchange), lab]
        )
    }
}
