import Calls
import FoundationEssentials
package import Logging
import ServiceLifecycle
package import Speech
package import Telephony

/// A telephone network in the program: each of its numbers answers, refuses or misbehaves as `docs/lab.md` says.
///
/// Calls to it are real SIP and RTP; only the far end is made up. What it saw is in `ledger`.
package struct PhoneLab: Service {
    package let ledger: LabLedger
    package let numbers: NumberPlan
    private let exchange: any Exchange
    private let speech: LabSpeech
    private let configuration: Configuration
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// Opens the ledger's file, if one is configured. `persons` and `others` join the lab's own numbers, or take their place.
    package init(
        exchange: any Exchange,
        voice: FliteSynthesizer,
        ears: KeyphraseModel,
        persons: [PersonScript] = [],
        others: [LabNumber] = [],
        configuration: Configuration = Configuration(),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) throws {
        if let directory = configuration.recordingDirectory {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        ledger = try LabLedger(path: configuration.ledgerPath)
        numbers = NumberPlan(persons: persons, others: others)
        self.exchange = exchange
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        speech = LabSpeech(voice: voice, model: ears, logger: logger)
    }

    /// Takes calls until graceful shutdown, then hangs up what is left.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for await leg in exchange.incoming.cancelOnGracefulShutdown() {
                guard let line = await open(leg) else { continue }
                group.addTask { await line.run() }
            }
        }
    }

    /// The INVITE is in the ledger before anything else happens. One that cannot be counted is refused: the lab's truth would be wrong.
    private func open(_ leg: any IncomingLeg) async -> LabLine? {
        let number = numbers.number(for: leg.dialed)
        do {
            try await ledger.invite(
                sipCallID: leg.sipCallID,
                dialed: leg.dialed,
                caller: leg.caller,
                title: number.title,
                at: .stamp()
            )
        } catch {
            logger.error("The lab's ledger cannot be written", metadata: ["error": "\(error)"])
            await leg.refuse(status: 500, phrase: "Server Internal Error", q850: 41)
            return nil
        }
        return LabLine(
            leg: leg,
            number: number,
            ledger: ledger,
            speech: speech,
            configuration: configuration,
            clock: clock,
            logger: logger
        )
    }
}
