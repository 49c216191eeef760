import Calls
import Conversation
import Logging
import Media
import PhoneLab
import Providers
import SIP
import ServiceLifecycle
import Speech
import Telephony

/// What the engine needs of the telephone network and of speech, and what must run for both. Lowest dependency first.
struct CallingParts: Sendable {
    let telephone: any Telephone
    let conversations: any ConversationFactory
    /// Of the calls to carriers, and on a machine of one address of those to the lab.
    let media: MediaEngine
    /// The names an agent may give as its `voice`.
    let voices: [String]
    let services: [any Service]

    /// What is missing for a language model to lead `conversations`.
    let lack: TalkLack?

    /// Answers what is written to agents. Nil: none is configured.
    let languageModel: (any LanguageModel)?

    /// What the lab saw. Nil where it does not run here.
    let ledger: LabLedger?
}

extension CallingParts {
    /// Puts together SIP, media, speech and the phone lab as `settings` say.
    /// `persons` and `personas` join those of the lab's settings; `stages` take the place of the model, the recogniser and the voice.
    static func make(
        _ settings: Settings,
        persons: [PersonScript] = [],
        personas: [Persona] = [],
        stages: FixedStages? = nil,
        logger: Logger
    ) async throws -> CallingParts {
        let speech = try EmbeddedSpeech()
        let parts = SpeechParts.make(settings, embedded: speech, logger: logger)
        var services: [any Service] = []
        var labPort = settings.lab.port
        var ledger: LabLedger?
        if settings.lab.isEnabled {
            let lab = try await LabParts.make(
                port: settings.lab.port,
                speech: speech,
                persons: (settings.lab.persons.map(PersonScript.people) ?? []) + persons,
                others: try personas.map { try $0.labNumber(settings, speech: parts, logger: logger) },
                configuration: PhoneLab.Configuration(),
                logger: logger
            )
            labPort = lab.port
            ledger = lab.lab.ledger
            services += lab.services
        }

        let media = try MediaEngine(
            configuration: .init(address: settings.sip.address, ports: settings.rtp.ports),
            logger: logger
        )
        let lab = Trunk(name: labTrunk, uri: "sip:127.0.0.1:\(labPort);transport=udp")
        let carriers = settings.trunks.map(Trunk.init)
        let isLoopback = settings.sip.address.hasPrefix("127.")
        let telephone = try await SIPTelephone(
            configuration: .init(
                address: settings.sip.address,
                port: settings.sip.port,
                advertisedAddress: settings.sip.advertised
            ),
            trunks: isLoopback ? carriers + [lab] : carriers,
            media: media,
            logger: logger
        )
        services += [MediaService(media: media), TelephoneService(telephone: telephone)]
        var way: any Telephone = telephone
        if !isLoopback {
            // The lab is reached over loopback whatever address carriers see us at.
            let near = try MediaEngine(configuration: .init(ports: settings.rtp.ports), logger: logger)
            let short = try await SIPTelephone(configuration: .init(), trunks: [lab], media: near, logger: logger)
            services += [MediaService(media: near), TelephoneService(telephone: short)]
            way = LabBesideCarriers(lab: short, carriers: telephone)
        }
        services.append(parts.warmUp)
        let conversations = ConversationParts.make(
            settings,
            speech: parts,
            embedded: speech,
            stages: stages,
            logger: logger
        )
        if let model = conversations.model { services.append(ModelWarmUp(model: model, logger: logger)) }
        return CallingParts(
            telephone: way,
            conversations: FaultyConversations(conversations.factory),
            media: media,
            voices: parts.voice.voices,
            services: services,
            lack: conversations.lack,
            languageModel: conversations.model,
            ledger: ledger
        )
    }

    /// The trunk of test calls.
    static let labTrunk = "lab"
}

/// The speech that comes with the program.
struct EmbeddedSpeech: Sendable {
    let synthesizer: FliteSynthesizer
    let recognizer: GrammarRecognizer
    let keyphrases: KeyphraseModel

    /// `isRepeatable`: the same words sound the same every time, to the sample.
    init(isRepeatable: Bool = false) throws {
        synthesizer = try FliteSynthesizer(isRepeatable: isRepeatable)
        recognizer = try GrammarRecognizer()
        keyphrases = try KeyphraseModel()
    }
}

/// Test calls over loopback, live calls over the address that carriers see.
private struct LabBesideCarriers: Telephone {
    let lab: SIPTelephone
    let carriers: SIPTelephone

    func dialog(for request: DialRequest) -> Dialog? {
        way(to: request.trunk).dialog(for: request)
    }

    func dial(_ request: DialRequest) async throws(DialError) -> any OutgoingLeg {
        try await way(to: request.trunk).dial(request)
    }

    func takeDown(_ dialog: Dialog) async -> Bool {
        await way(to: dialog.trunk).takeDown(dialog)
    }

    func recoverRecording(at path: String) -> Bool { lab.recoverRecording(at: path) }

    func probe(trunk: String) async -> TrunkHealth {
        await way(to: trunk).probe(trunk: trunk)
    }

    private func way(to trunk: String) -> SIPTelephone {
        trunk == CallingParts.labTrunk ? lab : carriers
    }
}

extension Trunk {
    init(_ trunk: Settings.Trunk) {
        self.init(
            name: trunk.name,
            uri: trunk.uri,
            username: trunk.username,
            password: trunk.password.map { TrunkSecret($0.revealed) },
            fromDomain: trunk.fromDomain,
            assertedIdentity: trunk.assertsIdentity
        )
    }
}
