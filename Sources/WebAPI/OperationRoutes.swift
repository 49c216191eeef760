import HTTPTypes
import Hummingbird

/// What those who run the server ask, without a key: is it alive, is it ready, what does it count.
struct OperationRoutes {
    let metrics: PrometheusMetrics
    let readiness: @Sendable () async -> [String]

    func addRoutes(to router: Router<APIContext>) {
        router.get("healthz", use: alive)
        router.get("readyz", use: ready)
        router.get("metrics", use: page)
    }

    private struct Health: ResponseEncodable {
        let status: String
        var reasons: [String]?
    }

    /// The process answers: that is all.
    @Sendable
    private func alive(_ request: Request, _ context: APIContext) async throws -> Health {
        Health(status: "ok")
    }

    /// 503 with the reasons while new calls should go elsewhere.
    @Sendable
    private func ready(_ request: Request, _ context: APIContext) async throws -> EditedResponse<Health> {
        let reasons = await readiness()
        return reasons.isEmpty
            ? EditedResponse(status: .ok, response: Health(status: "ready"))
            : EditedResponse(status: .serviceUnavailable, response: Health(status: "not_ready", reasons: reasons))
    }

    @Sendable
    private func page(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: PrometheusText.mediaType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: await metrics.page()))
        )
    }
}
