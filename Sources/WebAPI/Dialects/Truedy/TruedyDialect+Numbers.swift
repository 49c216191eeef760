import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension TruedyDialect {
    func addNumberRoutes(to door: DoorRoutes) {
        door.group("api/public/v1/telephony/numbers", needing: .numbersManage, limits: Self.limits)
            .get(use: listNumbers)
            .post("search", use: searchNumbers)
            .post("purchase", use: purchaseNumber)
            .post("import", use: importNumber)
            .post("assign", use: assignNumber)
            .post("unassign", use: unassignNumber)
            .delete(":id", use: removeNumber)
    }

    @Sendable
    private func listNumbers(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let part = try TruedyPart(try Query(request, accepting: TruedyPart.parameters))
        let all = try await numbers.numbers(project: context.project)
        return try list(part.of(all).map(TruedyNumber.init), total: all.count, part, for: request, context)
    }

    /// The numbers that the operator offers and nobody has.
    @Sendable
    private func searchNumbers(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let found = try await numbers.available().map { Offer(phoneNumber: $0.description) }
        return try list(found, total: found.count, TruedyPart(all: found.count), for: request, context)
    }

    @Sendable
    private func purchaseNumber(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let (number, name) = try await number(in: request)
        let owned = try await numbers.take(number, name: name, project: context.project)
        return try answer(TruedyNumber(owned), .created, to: request, context)
    }

    @Sendable
    private func importNumber(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let (number, name) = try await number(in: request)
        let owned = try await numbers.add(number, name: name, project: context.project)
        return try answer(TruedyNumber(owned), .created, to: request, context)
    }

    @Sendable
    private func assignNumber(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: nil)
        let id = try number(assignedIn: body)
        _ = try await numbers.attach(id, to: try body.required("agent_id"), project: context.project)
        return try await shown(id, request, context)
    }

    /// The vendor's clients name no agent, because there a number has one at most: it is taken from all of them.
    @Sendable
    private func unassignNumber(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: nil)
        let id = try number(assignedIn: body)
        let named = try body.string("agent_id").map { [$0] }
        let owned = try await numbers.number(id, project: context.project)
        for agent in named ?? owned.outboundAgents.map(\.description) {
            _ = try await numbers.detach(id, from: agent, project: context.project)
        }
        return try await shown(id, request, context)
    }

    @Sendable
    private func removeNumber(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let id: OwnedNumber.ID = try context.identifier(or: .unknownNumber)
        try await numbers.remove(id, project: context.project)
        return try answer(Removed(id: id.description, deleted: true), to: request, context)
    }

    private struct Offer: Encodable, Sendable {
        let phoneNumber: String
    }

    private struct Removed: Encodable, Sendable {
        let id: String
        let deleted: Bool
    }

    private func number(in request: Request) async throws -> (PhoneNumber, name: String?) {
        let body = try await request.jsonObject(accepting: nil)
        guard let number = try body.phoneNumber("phone_number") else {
            throw RequestProblem.missingField("phone_number")
        }
        return (number, try body.string("friendly_name"))
    }

    private func number(assignedIn body: JSONObjectBody) throws -> OwnedNumber.ID {
        guard let id = OwnedNumber.ID(try body.required("number_id")) else { throw Refusal.unknownNumber }
        if let type = try body.string("assignment_type"), type != "outbound" {
            throw RequestProblem.invalidField("assignment_type", message: "only outbound numbers are assigned")
        }
        return id
    }

    private func shown(_ id: OwnedNumber.ID, _ request: Request, _ context: ProjectContext) async throws -> Response {
        try answer(TruedyNumber(try await numbers.number(id, project: context.project)), to: request, context)
    }
}

/// A number of the project.
struct TruedyNumber: Encodable, Sendable {
    let id: String
    let phoneNumber: String
    /// The same: what assigning and unassigning answer on the vendor's pages.
    let number: String
    let friendlyName: String
    @Nullable var agentId: String?
    let outboundAgentIds: [String]
    @Nullable var inboundAgentId: String?
    let status: String
    let createdAt: String

    init(_ owned: OwnedNumber) {
        id = owned.id.description
        phoneNumber = owned.number.description
        number = owned.number.description
        friendlyName = owned.name
        agentId = owned.outboundAgents.first?.description
        outboundAgentIds = owned.outboundAgents.map(\.description)
        inboundAgentId = owned.inboundAgent?.description
        status = "active"
        createdAt = TruedyTime.text(owned.createdAt)
    }
}
