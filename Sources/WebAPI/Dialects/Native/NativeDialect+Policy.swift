import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension NativeDialect {
    func addPolicyRoutes(to door: DoorRoutes) {
        door.group("v1/policy", needing: .suppressionManage)
            .get(use: showPolicy)
            .patch(use: changePolicy)
    }

    @Sendable
    private func showPolicy(_ request: Request, _ context: ProjectContext) async throws -> NativePolicy {
        NativePolicy(try await policies.policy(project: context.project))
    }

    /// A merge patch (RFC 7396): what is not named stays, `null` brings the default back.
    @Sendable
    private func changePolicy(_ request: Request, _ context: ProjectContext) async throws -> NativePolicy {
        let body = try await request.jsonObject(accepting: DialPolicy().document.keys.sorted())
        guard case .object(let patch) = try JSONDecoder().decode(JSONValue.self, from: Data(body.received.utf8)) else {
            throw RequestProblem.malformedJSON(line: 1, column: 1, message: "expected an object: {…}")
        }
        return NativePolicy(try await policies.change(patch, project: context.project))
    }
}

/// A project's policy with every member, the defaults included.
struct NativePolicy: ResponseEncodable, Sendable {
    let policy: DialPolicy

    init(_ policy: DialPolicy) {
        self.policy = policy
    }

    func encode(to encoder: any Encoder) throws {
        try policy.document.encode(to: encoder)
    }
}
