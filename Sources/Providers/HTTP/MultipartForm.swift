import NIOCore

/// The body of a form with a file in it (RFC 7578).
struct MultipartForm {
    private let boundary: String
    private var buffer = ByteBuffer()

    init() {
        boundary =
            "trunkline-" + String(UInt64.random(in: .min ... .max), radix: 36)
            + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// Whole, closing delimiter included.
    var body: ByteBuffer {
        var body = buffer
        body.writeString("--\(boundary)--\r\n")
        return body
    }

    mutating func add(_ field: String, _ value: String) {
        buffer.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n")
    }

    mutating func add(_ field: String, _ bytes: [UInt8], name: String, type: String) {
        buffer.writeString(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"\r\nContent-Type: \(type)\r\n\r\n"
        )
        buffer.writeBytes(bytes)
        buffer.writeString("\r\n")
    }
}
