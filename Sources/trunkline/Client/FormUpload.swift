import Digests
import Foundation
import NIOCore

/// A list with the settings of its batch, as `multipart/form-data` (RFC 7578).
struct FormUpload {
    let type: String
    let body: Data
    /// The same for the same list with the same settings.
    let digest: String

    init(settings: Data, list: Data, name: String) {
        // A text that stands in neither part.
        let boundary = "trunkline-\(UUID().uuidString)"
        let fileName = URL(fileURLWithPath: name).lastPathComponent.filter { $0 != "\"" && !$0.isNewline }
        var body = Data()
        func part(_ headers: String, _ content: Data) {
            body.append(contentsOf: "--\(boundary)\r\n\(headers)\r\n\r\n".utf8)
            body.append(content)
            body.append(contentsOf: "\r\n".utf8)
        }
        part("Content-Disposition: form-data; name=\"settings\"\r\nContent-Type: application/json", settings)
        part("Content-Disposition: form-data; name=\"file\"; filename=\"\(fileName)\"\r\nContent-Type: text/csv", list)
        body.append(contentsOf: "--\(boundary)--\r\n".utf8)
        type = "multipart/form-data; boundary=\(boundary)"
        self.body = body
        digest = SHA256.hexadecimal(SHA256.hexadecimal(of: settings) + SHA256.hexadecimal(of: list))
    }
}

extension APIClient {
    /// How long a list may take to be sent and read.
    private static let uploadMinutes: Int64 = 10

    func post(_ path: String, _ upload: FormUpload) async throws -> Data {
        try await post(
            path,
            body: upload.body,
            type: upload.type,
            deadline: .now() + .minutes(Self.uploadMinutes)
        )
    }

    /// The same under a key, once: repeated, it is answered as it was the first time.
    func post(_ path: String, _ upload: FormUpload, once key: String) async throws -> (body: Data, isRepeated: Bool) {
        try await post(
            path,
            body: upload.body,
            type: upload.type,
            once: key,
            deadline: .now() + .minutes(Self.uploadMinutes)
        )
    }
}
