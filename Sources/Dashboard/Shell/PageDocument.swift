import HTTPTypes
import Hummingbird
import WebAPI

/// A document around the body of a page.
struct PageDocument {
    let title: String
    let theme: Theme
    let body: HTML

    private var html: HTML {
        """
        <!doctype html>
        <html lang="en" data-theme="\(theme.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="\(theme.scheme)">
        <title>\(title) · Trunkline</title>
        <link rel="icon" href="\(Asset.icon.path)" type="image/svg+xml">
        <link rel="stylesheet" href="\(Asset.style.path)">
        \(Asset.scripts.map { "<script src=\"\($0.path)\" type=\"module\"></script>" as HTML })
        </head>
        \(body)
        </html>

        """
    }

    func response(_ status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html.text))
        )
    }
}

/// The same for every page, whatever it turns out to be: nothing is loaded, run or sent but from and to here, nobody puts a page into a frame, and
/// nothing of it is kept by anybody.
struct PageHeaders: RouterMiddleware {
    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; \
            form-action 'self'; base-uri 'none'; frame-ancestors 'none'
            """
        response.headers[.xContentTypeOptions] = "nosniff"
        // Not "no-referrer": the browser would then send forms as if they came from nowhere.
        response.headers[.known("Referrer-Policy")] = "same-origin"
        response.headers[.known("Cross-Origin-Opener-Policy")] = "same-origin"
        response.headers[.known("Permissions-Policy")] = "camera=(), geolocation=(), microphone=()"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
