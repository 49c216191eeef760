import Calls
import Engine
import HTTPTypes

// How Telzino says no. Its page “API Overview” names the statuses; the body is ours, because no page shows one.
extension TelzinoDialect {
    package func answer(to failure: Failure) -> WireAnswer {
        let plain = failure.plain
        let status = Self.status(plain.status)
        let sentence = Self.sentence(for: failure) ?? plain.message
        // The same sentence under two names, because clients look under either.
        let body: JSONValue = [
            "error": .string(sentence),
            "message": .string(sentence),
            "statusCode": .integer(Int64(status.code)),
        ]
        return WireAnswer(status, headers: plain.headers, body: body)
    }

    /// Every request that is not right as it stands is a 400.
    private static func status(_ status: HTTPResponse.Status) -> HTTPResponse.Status {
        switch status {
        case .unprocessableContent, .unsupportedMediaType: .badRequest
        default: status
        }
    }

    /// Where our own words would mislead a client of the vendor's.
    private static func sentence(for failure: Failure) -> String? {
        switch failure {
        case .request(.noKey): "Send an access token: Authorization: Bearer …"
        case .request(.wrongKey): "The access token is not valid, or has expired"
        case .refusal(.unknownAgent): "Agent not found"
        case .refusal(.unknownCall): "Outbound call not found"
        default: nil
        }
    }
}
