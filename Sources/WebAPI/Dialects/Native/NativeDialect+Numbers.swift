import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addNumberRoutes(to door: DoorRoutes) {
        door.group("v1/numbers", needing: .numbersManage)
            .get(use: listNumbers)
            .post(use: addNumber)
            .get("available", use: availableNumbers)
            .get(":id", use: showNumber)
            .delete(":id", use: removeNumber)
    }

    @Sendable
    private func listNumbers(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try context.list(try await numbers.numbers(project: context.project).map(NativeNumber.init), for: request)
    }

    /// Numbers that the operator offers and no project has.
    @Sendable
    private func availableNumbers(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try context.list(try await numbers.available().map(\.description), for: request)
    }

    /// 201: the project may call from it.
    @Sendable
    private func addNumber(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeNumber> {
        let body = try await request.jsonObject(accepting: ["number", "name"])
        guard let number = try body.phoneNumber("number") else { throw RequestProblem.missingField("number") }
        let owned = try await numbers.add(number, name: try body.string("name"), project: context.project)
        return EditedResponse(
            status: .created,
            headers: [.location: "/v1/numbers/\(owned.id)"],
            response: NativeNumber(owned)
        )
    }

    @Sendable
    private func showNumber(_ request: Request, _ context: ProjectContext) async throws -> NativeNumber {
        NativeNumber(try await numbers.number(try context.identifier(or: .unknownNumber), project: context.project))
    }

    @Sendable
    private func removeNumber(_ request: Request, _ context: ProjectContext) async throws -> HTTPResponse.Status {
        try await numbers.remove(try context.identifier(or: .unknownNumber), project: context.project)
        return .noContent
    }
}

/// A number as our own API shows it.
struct NativeNumber: ResponseEncodable, Sendable {
    let id: String
    let number: String
    let name: String
    let outboundAgents: [String]
    @Nullable var inboundAgent: String?
    let createdAt: String

    init(_ owned: OwnedNumber) {
        id = owned.id.description
        number = owned.number.description
        name = owned.name
        outboundAgents = owned.outboundAgents.map(\.description)
        inboundAgent = owned.inboundAgent?.description
        createdAt = Timestamp.text(owned.createdAt)
    }
}
