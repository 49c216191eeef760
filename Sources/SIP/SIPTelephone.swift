package import Calls
package import Logging
package import Media
package import Telephony

/// The way out to the telephone network: SIP over UDP and TCP to one or more trunks.
///
/// `run()` has to be running for the audio of calls to be attended: without it no digit and no end is ever reported.
package final class SIPTelephone: Telephone {
    package struct Configuration: Sendable {
        /// IPv4 address to listen on.
        package var address: String
        /// For UDP and TCP. 0: any free one. A fixed one lets a restarted process see what belongs to its predecessor's calls.
        package var port: Int
        /// Written into messages, where it differs from `address`: behind NAT, or with `0.0.0.0`. IPv4.
        package var advertisedAddress: String?
        package var userAgent: String
        /// A file in the format of /etc/resolv.conf to be used in place of it.
        package var resolverConfiguration: String?
        /// How long handing a callee over may take, from the REFER to its last notification.
        package var transferLimit: Duration

        package init(
            address: String = "127.0.0.1",
            port: Int = 0,
            advertisedAddress: String? = nil,
            userAgent: String = "Trunkline",
            resolverConfiguration: String? = nil,
            transferLimit: Duration = .seconds(60)
        ) {
            self.address = address
            self.port = port
            self.advertisedAddress = advertisedAddress
            self.userAgent = userAgent
            self.resolverConfiguration = resolverConfiguration
            self.transferLimit = transferLimit
        }
    }

    /// Where it listens.
    package var port: Int { stack.port }
    private let stack: SIPStack
    private let trunks: [String: CheckedTrunk]
    private let media: MediaEngine
    private let transferLimit: Duration

    private struct CheckedTrunk {
        var trunk: Trunk
        var destination: Trunk.Destination
        var route: String?
        var credentials: (user: String, password: String)? {
            trunk.username.flatMap { user in trunk.password.map { (user, $0.value) } }
        }

        func order(_ request: DialRequest, transferLimit: Duration) -> SIPStack.DialOrder {
            SIPStack.DialOrder(
                request: request,
                trunk: trunk,
                destination: destination,
                route: route,
                transferLimit: transferLimit
            )
        }
    }

    /// Binds the port and starts the thread.
    package init(
        configuration: Configuration,
        trunks: [Trunk],
        media: MediaEngine,
        logger: Logger
    ) async throws(SIPError) {
        var checked: [String: CheckedTrunk] = [:]
        for trunk in trunks {
            let (destination, route) = try trunk.checked()
            checked[trunk.name] = CheckedTrunk(trunk: trunk, destination: destination, route: route)
        }
        self.trunks = checked
        self.media = media
        transferLimit = configuration.transferLimit
        stack = try SIPStack(
            address: configuration.address,
            port: configuration.port,
            advertisedAddress: configuration.advertisedAddress,
            logger: logger
        )
        try await stack.start(
            userAgent: configuration.userAgent,
            nameservers: configuration.resolverConfiguration
        )
    }

    /// Attends calls until `stop`. Canceling the task stops the telephone.
    package func run() async { await stack.run() }

    /// Hangs up what is left, waits up to about 5 s for the far ends to confirm, and ends the thread.
    package func stop() async { await stack.stop() }

    package func dialog(for request: DialRequest) -> Dialog? {
        trunks[request.trunk].map { stack.dialog(for: $0.order(request, transferLimit: transferLimit)) }
    }

    package func dial(_ request: DialRequest) async throws(DialError) -> any OutgoingLeg {
        guard let trunk = trunks[request.trunk] else { throw .unknownTrunk(request.trunk) }
        if let name = request.callerName, !HeaderText.isWritable(name) { throw .unwritable("caller name") }
        let stream: MediaStream
        do {
            stream = try media.open(recordingPath: request.recordingPath)
        } catch {
            throw .noMediaPort(error.description)
        }
        guard let leg = await stack.dial(trunk.order(request, transferLimit: transferLimit), over: stream) else {
            await stream.close()
            throw .stackStopped
        }
        return leg
    }

    package func takeDown(_ dialog: Dialog) async -> Bool {
        await stack.takeDown(dialog, credentials: trunks[dialog.trunk]?.credentials)
    }

    package func recoverRecording(at path: String) -> Bool { MediaEngine.recoverRecording(at: path) }

    package func probe(trunk: String) async -> TrunkHealth {
        guard let trunk = trunks[trunk] else { return TrunkHealth(hop: .unknownTrunk) }
        return await stack.probe(trunk.destination, route: trunk.route)
    }
}

extension SIPStack {
    struct DialOrder: Sendable {
        var request: DialRequest
        var trunk: Trunk
        var destination: Trunk.Destination
        var route: String?
        var transferLimit: Duration
    }

    /// Nil if the stack is stopped.
    func dial(_ order: DialOrder, over stream: MediaStream) -> SIPLeg? {
        guard let sofia = openSofia else { return nil }
        let (events, continuation) = AsyncStream<LegEvent>.makeStream()
        let id = sofia.newID()
        let dialog = order.request.attempt.dialog ?? dialog(for: order)
        let callID = dialog.callID
        let trace = traces.open(callID, session: id)
        if order.request.lossPercent > 0 { stream.impairBothWays(lossPercent: order.request.lossPercent, seed: id) }
        let media = CallMedia(
            stream: stream,
            advertisedAddress: advertisedAddress,
            sessionID: .random(in: 1...UInt64(Int64.max)),
            codecs: order.trunk.codecs
        )
        let call = OutgoingCall(
            id: id,
            sofia: sofia,
            media: media,
            events: continuation,
            trunk: order.trunk,
            dialog: dialog,
            limits: OutgoingCall.Limits(
                ring: order.request.ringTimeout,
                total: order.request.maxDuration,
                transfer: order.transferLimit
            )
        )
        attend(AttendedCall(id: id, callID: callID, media: stream, events: continuation), session: call)
        call.start(invite(order, as: dialog, sdp: media.offer()))
        return SIPLeg(id: id, stack: self, audio: stream, events: events, trace: trace)
    }

    /// What the INVITE of `order` will be called. Decided before it leaves, so that whoever finds the name in the ledger can cancel it: left to
    /// itself, the library makes up tag, number and branch on sending.
    nonisolated func dialog(for order: DialOrder) -> Dialog {
        let request = order.request
        let transport = order.destination.isTCP ? "TCP" : "UDP"
        return Dialog(
            callID: request.attempt.sipCallID,
            localURI: "sip:\(request.callerID)@\(order.trunk.fromDomain ?? host)",
            localTag: Self.token(),
            remoteURI: "sip:\(request.destination)@\(order.destination.authority)",
            remoteTag: nil,
            target: order.destination.uri(user: "\(request.destination)"),
            routes: order.route.map { [$0] } ?? [],
            sequence: 2,
            via: "SIP/2.0/\(transport) \(host):\(port);rport;branch=z9hG4bK\(Self.token())",
            trunk: order.trunk.name
        )
    }

    /// Unique across space and time (RFC 3261 sections 8.1.1.7 and 19.3).
    private static func token() -> String {
        String(UInt64.random(in: 0...UInt64.max), radix: 36) + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    }

    private func invite(_ order: DialOrder, as dialog: Dialog, sdp: String) -> Sofia.Invite {
        let name = order.request.callerName.map { HeaderText.quoted($0) + " " } ?? ""
        let caller = "\(name)<\(dialog.localURI)>"
        return Sofia.Invite(
            url: dialog.target,
            from: "\(caller);tag=\(dialog.localTag)",
            to: "<\(dialog.remoteURI)>",
            callID: dialog.callID,
            sequence: dialog.sequence,
            via: dialog.via,
            contact: contact(isTCP: order.destination.isTCP),
            route: order.route,
            identity: order.trunk.assertedIdentity ? caller : nil,
            sdp: sdp
        )
    }
}
