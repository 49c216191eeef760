import Calls
import Engine
import Hummingbird
import Telephony

extension NativeDialect {
    func addTrunkRoutes(to door: DoorRoutes) {
        door.group("v1/trunks", needing: .numbersManage)
            .get(use: listTrunks)
            .post("probe", use: probeTrunk)
    }

    @Sendable
    private func listTrunks(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try context.list(trunks.standings().map(NativeTrunk.init), for: request)
    }

    /// Asks the trunk whether it is there; answers within 4 s.
    @Sendable
    private func probeTrunk(_ request: Request, _ context: ProjectContext) async throws -> NativeTrunk {
        let body = try await request.jsonObject(accepting: ["trunk"])
        return NativeTrunk(try await trunks.probe(try body.required("trunk")))
    }
}

/// A SIP carrier, or the phone lab, and what it answered when it was last asked.
struct NativeTrunk: ResponseEncodable, Sendable {
    let name: String
    let address: String
    /// The calls that go through it.
    let modes: [CallMode]
    /// `null` if it was not asked since the server started.
    @Nullable var health: TrunkHealth.Hop?
    @Nullable var sipStatus: Int?
    @Nullable var roundTripMs: Int?
    @Nullable var probedAt: String?

    init(_ standing: TrunkStanding) {
        name = standing.trunk.name
        address = standing.trunk.address
        modes = CallMode.allCases.filter(standing.trunk.modes.contains)
        health = standing.health?.hop
        sipStatus = standing.health?.sipStatus
        roundTripMs = (standing.health?.roundTrip).map { Int($0 / .milliseconds(1)) }
        probedAt = standing.askedAt.map(Timestamp.text)
    }
}

extension TrunkHealth.Hop: Encodable {}
