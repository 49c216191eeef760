import Calls
import Providers
import WebAPI

/// Everything an operator decides, with its defaults. `docs/configuration.md` lists the keys; `trunkline config` shows the values in
/// force and where each came from.
struct Settings: Sendable {
    /// `http.*`: the API and the dashboard.
    struct HTTP: Sendable {
        /// The address to listen on. Loopback by default: put a proxy with TLS before anything public.
        var host = "127.0.0.1"
        var port = 8080
        /// Host names that stand for a door, in lowercase: their clients leave the door's path out.
        var hosts: [String: ServedDoor] = [:]
        /// Where clients reach this server. Nil: whatever name each of them used.
        var publicURL: String?
    }

    /// `sip.*`: our end of the signalling.
    struct SIP: Sendable {
        /// The address to listen on, UDP and TCP.
        var address = "127.0.0.1"
        var port = 5060
        /// The address that far ends are told to reach us at, behind NAT. Nil: the one packets leave from.
        var advertised: String?
    }

    /// `rtp.*`: our end of the audio.
    struct RTP: Sendable {
        /// One even port per call and the odd one above it for RTCP.
        var ports: ClosedRange<Int> = 20_000...29_999
    }

    /// `lab.*`: the simulated telephone network, on loopback.
    struct Lab: Sendable {
        var isEnabled = true
        var port = 5070
        /// A directory of people, as docs/lab.md describes them.
        var persons: String?
    }

    /// One of `trunks`: a SIP carrier that live calls go through.
    struct Trunk: Sendable {
        /// Names it in the API, in logs and in `calls.live_trunk`.
        var name: String
        /// `sip:` URI of the carrier: `sip:sip.example.com`, `sip:192.0.2.1:5080;transport=tcp`.
        var uri: String
        /// For digest authentication (RFC 3261 section 22).
        var username: String?
        var password: Secret?
        /// The host part of our From. Nil: the carrier's.
        var fromDomain: String?
        /// Whether the caller ID is also sent as P-Asserted-Identity (RFC 3325).
        var assertsIdentity = true
    }

    /// What both kinds of speech server have.
    struct SpeechEndpoint: Sendable {
        var url: String
        var key: Secret?
        /// The server's name for the model. Nil: what is usual there.
        var model: String?
        /// In ms, until the first useful part of an answer.
        var timeout = 3000
        /// Requests at once.
        var concurrency = 8
    }

    /// One of `recognizers`. The embedded one comes after all of them.
    struct SpeechRecognizer: Sendable {
        /// Names it in logs and metrics.
        var name: String
        var kind: RecognizerKind
        var endpoint: SpeechEndpoint
        /// RFC 5646 tags or their first parts. None: all.
        var languages: [String] = []
        var detail = TranscriptionRecognizer.Detail.words
    }

    /// One of `voices`. The embedded ones are there beside them.
    struct SpeechVoice: Sendable {
        /// What an agent names as its `voice`.
        var name: String
        var kind: VoiceKind
        var endpoint: SpeechEndpoint
        /// The server's name for it.
        var voice: String
        var encoding = SpeechEndpointVoice.Encoding.wav
        /// Who steps in, in order.
        var fallbacks: [String] = []
    }

    /// `speech.*`.
    struct Speech: Sendable {
        /// How much of what was spoken is kept, to be spoken again, in MB.
        var cache = 32
    }

    /// `calls.*`.
    struct CallLimits: Sendable {
        /// How many calls this server holds at once.
        var channels = 100
        /// What a minute of an answered line costs.
        var pricePerMinute = Money(milliCents: 1400)
        /// What is set aside for each minute of a call for language models that have prices.
        var modelReserve = Money(milliCents: 2000)
        /// How long live calls may go on after the server was told to stop, in seconds.
        var drain = 600
        /// The trunk that carries live calls. Nil: the first of `trunks`.
        var liveTrunk: String?
    }

    /// `numbers.*`.
    struct Numbers: Sendable {
        /// Numbers of the operator's trunks that projects may take for themselves. By default four that only the lab knows.
        var pool = (10...13).compactMap { PhoneNumber("+155501000\($0)") }
    }

    /// `webhooks.*`.
    struct Webhooks: Sendable {
        /// Whether receivers may have private or loopback addresses, without TLS. For development.
        var allowsPrivateAddresses = false
    }

    /// `tools.*`.
    struct Tools: Sendable {
        /// Whether agents may ask servers at private or loopback addresses, without TLS.
        var allowsPrivateAddresses = false
    }

    /// One of `secrets`: what agents may send to some hosts without knowing it.
    struct NamedSecret: Sendable {
        var name: String
        var secret: Secret
        var hosts: [String]
    }

    /// `log.*`.
    struct Log: Sendable {
        var level = "info"
        var format = LogFormat.text
    }

    var http = HTTP()
    /// Where the database and the recordings are.
    var dataDirectory = "./trunkline-data"
    /// Where recordings lie that agents leave in mailboxes. Nil: `audio` in the data directory.
    var audio: String?
    /// The SQLite file. Nil: `trunkline.db` in the data directory.
    var database: String?
    var sip = SIP()
    var rtp = RTP()
    var lab = Lab()
    var trunks: [Trunk] = []
    /// `rates`: what calls to some prefixes cost.
    var rates: [String: Rate] = [:]
    var speech = Speech()
    var recognizers: [SpeechRecognizer] = []
    var voices: [SpeechVoice] = []
    /// `models`, in the order in which they are asked.
    var models: [Model] = []
    /// Those of `models` that agents name.
    var realtimeModels: [RealtimeModel] = []
    var calls = CallLimits()
    var numbers = Numbers()
    var webhooks = Webhooks()
    var tools = Tools()
    var secrets: [NamedSecret] = []
    var log = Log()

    var databasePath: String { database ?? "\(dataDirectory)/trunkline.db" }
    var audioDirectory: String { audio ?? "\(dataDirectory)/audio" }
    var recordingsDirectory: String { "\(dataDirectory)/recordings" }
    /// What calls cost: `calls.price_per_minute` where no prefix says otherwise.
    var rateDeck: RateDeck {
        var deck = RateDeck(standard: Rate(pricePerMinute: calls.pricePerMinute), byPrefix: rates)
        for model in models { deck.models[model.name] = model.price }
        for model in realtimeModels { deck.models[model.name] = model.price }
        deck.modelReserve = calls.modelReserve
        return deck
    }
    /// Where live calls go. Nil: nowhere, there is no trunk.
    var liveTrunk: String? { calls.liveTrunk ?? trunks.first?.name }
}

/// Something that must not be seen in logs, on a terminal or in an error.
struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// For the one place that has to send it.
    let revealed: String

    init(_ text: String) {
        revealed = text
    }

    var description: String { "•••" }
    var debugDescription: String { "•••" }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
