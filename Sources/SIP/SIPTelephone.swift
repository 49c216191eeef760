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

        package init(
            address: String = "127.0.0.1",
            port: Int = 0,
            advertisedAddress: String? = nil,
            userAgent: String = "Trunkline",
            resolverConfiguration: String? = nil
        ) {
            self.address = address
            self.port = port
            self.advertisedAddress = advertisedAddress
            self.userAgent = userAgent
            self.resolverConfiguration = resolverConfiguration
        }
    }

    /// Where it listens.
    package var port: Int { stack.port }
    private let stack: SIPStack
    private let trunks: [String: CheckedTrunk]
    private let media: MediaEngine

    private struct CheckedTrunk {
        var trunk: Trunk
        var destination: Trunk.Destination
        var route: String?
        var credentials: (user: String, password: String)? {
            trunk.username.flatMap { user in trunk.password.map { (user, $0.value) } }
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

    package func dial(_ request: DialRequest) async throws(DialError) -> any Leg {
        guard let trunk = trunks[request.trunk] else { throw .unknownTrunk(request.trunk) }
        if let name = request.callerName, !HeaderText.isWritable(name) { throw .unwritable("caller name") }
        let stream: MediaStream
        do {
            stream = try media.open(recordingPath: request.recordingPath)
        } catch {
            throw .noMediaPort(error.description)
        }
        let order = SIPStack.DialOrder(
            request: request,
            trunk: trunk.trunk,
            destination: trunk.destination,
            route: trunk.route
        )
        guard let leg = await stack.dial(order, over: stream) else {
            await stream.close()
            throw .stackStopped
        }
        return leg
    }

    package func takeDown(_ dialog: Dialog) async -> Bool {
        await stack.takeDown(dialog, credentials: trunks[dialog.trunk]?.credentials)
    }

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
    }

    /// Nil if the stack is stopped.
    func dial(_ order: DialOrder, over stream: MediaStream) -> SIPLeg? {
        guard let sofia = openSofia else { return nil }
        let (events, continuation) = AsyncStream<LegEvent>.makeStream()
        let id = sofia.newID()
        let callID = order.request.attempt.sipCallID
        let trace = traces.open(callID, session: id)
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
            limits: OutgoingCall.Limits(ring: order.request.ringTimeout, total: order.request.maxDuration)
        )
        attend(AttendedCall(id: id, callID: callID, media: stream, events: continuation), session: call)
        call.start(invite(order, sdp: media.offer()))
        return SIPLeg(id: id, stack: self, audio: stream, events: events, trace: trace)
    }

    private func invite(_ order: DialOrder, sdp: String) -> Sofia.Invite {
        let request = order.request
        let name = request.callerName.map { HeaderText.quoted($0) + " " } ?? ""
        let caller = "\(name)<sip:\(request.callerID)@\(order.trunk.fromDomain ?? host)>"
        return Sofia.Invite(
            url: order.destination.uri(user: "\(request.destination)"),
            from: caller,
            to: "<sip:\(request.destination)@\(order.destination.authority)>",
            callID: request.attempt.sipCallID,
            contact: contact(isTCP: order.destination.isTCP),
            route: order.route,
            identity: order.trunk.assertedIdentity ? caller : nil,
            sdp: sdp
        )
    }
}
