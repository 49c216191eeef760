import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird

extension NativeDialect {
    func addConsentRoutes(to door: DoorRoutes) {
        door.group("v1/consents", needing: .suppressionManage)
            .get(use: listConsents)
            .post(use: recordConsent)
            .get(":id", use: showConsent)
            .post(":id/revoke", use: revokeConsent)
    }

    @Sendable
    private func listConsents(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["limit", "before", "number"])
        let (found, hasMore) = try await consents.consents(
            number: try query.phoneNumber("number"),
            before: try query.identifier("before"),
            limit: try query.integer("limit", in: 1...100) ?? 20,
            project: context.project
        )
        let page = NativeConsentPage(
            data: found.map(NativeConsent.init),
            hasMore: hasMore,
            nextBefore: hasMore ? found.last?.id.description : nil
        )
        return try context.responseEncoder.encode(page, from: request, context: context)
    }

    @Sendable
    private func recordConsent(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> EditedResponse<NativeConsent> {
        let body = try await request.jsonObject(
            accepting: ["number", "text", "source", "given_by", "given_at", "expires_at"]
        )
        guard let number = try body.phoneNumber("number") else { throw RequestProblem.missingField("number") }
        guard let givenAt = try body.date("given_at") else { throw RequestProblem.missingField("given_at") }
        let entry = ConsentControl.Entry(
            number: number,
            text: try body.required("text"),
            source: try body.required("source"),
            givenBy: try body.string("given_by"),
            givenAt: givenAt,
            expiresAt: try body.date("expires_at")
        )
        let consent = try await consents.record(entry, by: context.author, project: context.project)
        return EditedResponse(
            status: .created,
            headers: [.location: "/v1/consents/\(consent.id)"],
            response: NativeConsent(consent)
        )
    }

    @Sendable
    private func showConsent(_ request: Request, _ context: ProjectContext) async throws -> NativeConsent {
        NativeConsent(try await consents.consent(try context.identifier(or: .unknownConsent), project: context.project))
    }

    @Sendable
    private func revokeConsent(_ request: Request, _ context: ProjectContext) async throws -> NativeConsent {
        NativeConsent(try await consents.revoke(try context.identifier(or: .unknownConsent), project: context.project))
    }
}

/// One record of consent.
struct NativeConsent: ResponseEncodable, Sendable {
    let id: String
    let number: String
    let text: String
    let source: String
    @Nullable var givenBy: String?
    let givenAt: String
    @Nullable var expiresAt: String?
    @Nullable var revokedAt: String?
    let recordedBy: String
    let createdAt: String

    init(_ consent: Consent) {
        id = consent.id.description
        number = consent.number.description
        text = consent.text
        source = consent.source
        givenBy = consent.givenBy
        givenAt = Timestamp.text(consent.givenAt)
        expiresAt = consent.expiresAt.map(Timestamp.text)
        revokedAt = consent.revokedAt.map(Timestamp.text)
        recordedBy = consent.recordedBy
        createdAt = Timestamp.text(consent.createdAt)
    }
}

/// A page of records, the newest first.
struct NativeConsentPage: Encodable, Sendable {
    let data: [NativeConsent]
    let hasMore: Bool
    @Nullable var nextBefore: String?
}
