package import Calls
package import Conversation
package import FoundationEssentials

/// What an operator decides about the engine.
package struct EngineConfiguration: Sendable {
    /// Names this process in leases. A new one for each start, so that a restarted server knows what the dead one held.
    package var node = UUID()
    /// How many calls this node holds at once.
    package var channels = 100
    /// How long a node may be silent before its calls are given up. Longer than any pause the machine may take.
    package var lease: Duration = .seconds(15)
    /// How often a call's own task renews its lease.
    package var leaseRenewal: Duration = .seconds(5)
    /// How often the queue is looked at although nothing woke the dispatcher.
    package var safetyPoll: Duration = .seconds(1)
    /// How long live calls may go on after the server was told to stop.
    package var drainLimit: Duration = .seconds(600)
    /// How long the goodbye may take after that, or when somebody asks for it, before the line is hung up.
    package var goodbyeLimit: Duration = .seconds(8)
    /// How long summary and fields may take after the line is down, before the call ends without them.
    package var wrapUpDeadline: Duration = .seconds(10)
    /// How long a leg that was told to hang up may take to say that it is over. More than SIP's 64·T1 = 32 s (RFC 3261 section 17.1.1.2).
    package var hangUpDeadline: Duration = .seconds(40)
    /// Where recordings are written, one file per call. Nil: none are made.
    package var recordingsDirectory: String?
    /// The trunk of test calls: the phone lab.
    package var testTrunk = "lab"
    /// The trunk of live calls. Nil: there is none, and live calls are refused.
    package var liveTrunk: String?
    /// What answered calls cost.
    package var rates = RateDeck(standard: Rate(pricePerMinute: Money(milliCents: 1400)))
    /// Numbers of the operator's trunks that projects may take for themselves.
    package var numberPool: [PhoneNumber] = []
    /// The voices an agent may name.
    package var voices = ["slt", "rms", "awb", "kal"]
    /// The realtime models an agent may name.
    package var realtimeModels: [String] = []
    /// Recordings that agents may leave in mailboxes. Nil: there are none.
    package var sounds: (any SoundLibrary)?
    /// What is missing for a language model to lead agents without a flow: then they take a message.
    package var lack: TalkLack? = .languageModel
    /// Answers what is written to agents. Nil: there is none.
    package var languageModel: (any LanguageModel)?
    /// The ways out, in the order in which they are shown.
    package var trunks: [ConfiguredTrunk] = []
    package var webhooks = WebhookConfiguration()
    package var requests = RequestConfiguration()
    /// What guessing a password costs.
    package var passwordCost = PasswordCost.standard

    package init() {}
}

/// How results are delivered to customers' receivers.
package struct WebhookConfiguration: Sendable {
    /// Whether receivers may have private, loopback or link-local addresses, and be called without TLS. For development, and for operators
    /// whose receivers stand in their own network.
    package var allowPrivateAddresses = false
    /// How many tries are under way at once, over all receivers.
    package var concurrency = 256
    /// How many of them may be one project's.
    package var concurrencyPerProject = 64
    /// How many of them may go to one receiver, which is an endpoint, or what a project's other webhooks have at one host: a receiver that
    /// hangs delays no other.
    package var concurrencyPerReceiver = 4
    /// How many bytes of a receiver's answer the delivery log keeps.
    package var responseLimit = 4096
    /// How many endpoints a project may register.
    package var endpointLimit = 100

    package init() {}
}
