import Logging
import Media
import SIP
import Speech
import Telephony

extension Check {
    /// The embedded voice speaks and the recogniser finds its model.
    static var speech: Check {
        Check("Speech") {
            do {
                let speech = try EmbeddedSpeech()
                let samples = try await speech.synthesizer.render("Hello.", voice: FliteSynthesizer.voices[0])
                return samples.isEmpty
                    ? [
                        .failure(
                            "The embedded voice renders nothing",
                            "Reinstall flite: apt-get install --reinstall libflite1"
                        )
                    ]
                    : [
                        .ok(
                            "voices \(FliteSynthesizer.voices.joined(separator: ", ")) speak, the recogniser has its model"
                        )
                    ]
            } catch {
                return [
                    .failure(
                        "Speech cannot be used: \(error)",
                        "Install it: apt-get install libflite1 libpocketsphinx3 pocketsphinx-en-us"
                    )
                ]
            }
        }
    }

    /// Each speech server does its work once.
    static func speechServers(_ settings: Settings) -> Check {
        Check("Speech servers") {
            guard !settings.voices.isEmpty || !settings.recognizers.isEmpty else {
                return [.ok("none is configured: the embedded speech does everything")]
            }
            guard let embedded = try? EmbeddedSpeech() else { return [] }
            let logger = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
            let warmUp = SpeechWarmUp(settings: settings, embedded: embedded, logger: logger)
            return await warmUp.results(timeout: 60_000).map { result in
                let time = "\(Int(result.duration / .milliseconds(1))) ms"
                if let failure = result.failure {
                    return .failure(
                        "\(result.name): \(failure), after \(time)",
                        "Check its url, key and model in the configuration file, and whether it runs; others step in meanwhile"
                    )
                }
                guard let words = result.words else { return .ok("\(result.name) spoke within \(time)") }
                return words.isEmpty
                    ? .warning("\(result.name) answered within \(time) and understood nothing", "Check its model")
                    : .ok("\(result.name) heard \"\(words)\" within \(time)")
            }
        }
    }

    /// Each trunk answers OPTIONS; if not, at which hop it ends.
    static func trunks(_ settings: Settings) -> Check {
        Check("Trunks") {
            guard !settings.trunks.isEmpty else {
                return [
                    .warning(
                        "none is configured: only the phone lab can be called",
                        "Name a carrier under 'trunks' in the configuration file; the README shows how"
                    )
                ]
            }
            let logger = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
            do {
                // A free port: the server that may be running keeps its own.
                let media = try MediaEngine(configuration: .init(address: settings.sip.address), logger: logger)
                defer { media.stop() }
                let telephone = try await SIPTelephone(
                    configuration: .init(
                        address: settings.sip.address,
                        advertisedAddress: settings.sip.advertised
                    ),
                    trunks: settings.trunks.map(Trunk.init),
                    media: media,
                    logger: logger
                )
                var findings: [Finding] = []
                for trunk in settings.trunks {
                    findings.append(finding(trunk, await telephone.probe(trunk: trunk.name)))
                }
                await telephone.stop()
                return findings
            } catch {
                return [.failure("SIP cannot be started: \(error)", "Correct sip.address, sip.advertised or the trunk")]
            }
        }
    }

    private static func finding(_ trunk: Settings.Trunk, _ health: TrunkHealth) -> Finding {
        let place = "\(trunk.name) (\(trunk.uri))"
        switch health.hop {
        case .answered:
            let status = health.sipStatus.map { " \($0)" } ?? ""
            let time = health.roundTrip.map { " in \($0 / .milliseconds(1)) ms" } ?? ""
            return .ok("\(place) answered OPTIONS\(status)\(time)")
        case .nameNotResolved:
            return .failure("\(place): the name does not resolve", "Check the host in its uri, and this machine's DNS")
        case .refused:
            return .failure(
                "\(place): the host is there, but nothing listens on the port",
                "Check port and transport in its uri"
            )
        case .noAnswer:
            return .failure(
                "\(place): no answer within 4 s",
                "Check the address, the firewall, and whether the carrier knows this machine's address"
            )
        case .unknownTrunk:
            return .failure("\(place): not a trunk", "Report this")
        }
    }
}
