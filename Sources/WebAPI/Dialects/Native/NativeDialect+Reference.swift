import HTTPTypes
import Hummingbird

// What tells a program, or a person, how to speak to this API. Open to everybody: it holds nothing of any project.
extension NativeDialect {
    func addReferenceRoutes(to door: DoorRoutes) {
        door.openGroup()
            .get("openapi.yaml", use: reference)
            .get("docs", use: referencePage)
            .get("docs/style.css", use: referenceStyle)
    }

    @Sendable
    private func reference(_ request: Request, _ context: APIContext) async throws -> Response {
        fixed(OpenAPIDocument.text, OpenAPIDocument.mediaType)
    }

    /// Made when it is first asked for, and then kept: the document never changes while the program runs.
    private static let page = Result { ReferencePage(document: try OpenAPIDocument()).html }

    @Sendable
    private func referencePage(_ request: Request, _ context: APIContext) async throws -> Response {
        var response = fixed(try Self.page.get(), ReferencePage.mediaType)
        // Nothing but its own style sheet is loaded, nothing is run, and nobody puts it into a frame.
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        response.headers[.known("Referrer-Policy")] = "no-referrer"
        return response
    }

    @Sendable
    private func referenceStyle(_ request: Request, _ context: APIContext) async throws -> Response {
        fixed(ReferenceStyle.css, ReferenceStyle.mediaType)
    }

    /// What is the same for everybody until the program is another one.
    private func fixed(_ text: String, _ mediaType: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: mediaType, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
