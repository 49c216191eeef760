import Engine
import FoundationEssentials
import HTTPTypes
package import Hummingbird

/// A finished recording on disk, served in whole or in part without being loaded.
package struct RecordingFile {
    let path: String
    let size: Int
    let modified: Date

    /// Throws `Refusal.noRecording` if the file is gone.
    package init(path: String) throws {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let size = attributes[.size] as? Int ?? (attributes[.size] as? UInt64).map(Int.init),
            let modified = attributes[.modificationDate] as? Date
        else { throw Refusal.noRecording }
        self.path = path
        self.size = size
        self.modified = modified
    }

    /// Strong: a finished recording is never written again, so size and time name its bytes.
    var entityTag: String {
        "\"\(String(size, radix: 16))-\(String(Int64(modified.timeIntervalSince1970 * 1_000_000), radix: 16))\""
    }

    /// Answers GET and HEAD. A `Range` counts for GET alone (RFC 9110 section 14.2), and only while `If-Range` names this very
    /// file by its tag.
    package func response(to request: Request, name: String, context: some RequestContext) async throws -> Response {
        var headers: HTTPFields = [
            .contentType: "audio/wav",
            .acceptRanges: "bytes",
            .eTag: entityTag,
            .cacheControl: "private, max-age=3600",
            .contentDisposition: "inline; filename=\"\(name)\"",
        ]
        if let known = request.headers[.ifNoneMatch], Self.names(known, entityTag) {
            return Response(status: .notModified, headers: headers)
        }
        switch range(of: request) {
        case .whole:
            let body = try await FileIO().loadFile(path: path, context: context)
            return Response(status: .ok, headers: headers, body: body)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"
            let body = try await FileIO().loadFile(path: path, range: range, context: context)
            return Response(status: .partialContent, headers: headers, body: body)
        case .unsatisfiable:
            throw RequestProblem.unsatisfiableRange(size: size)
        }
    }

    private func range(of request: Request) -> ByteRange {
        guard request.method == .get else { return .whole }
        if let condition = request.headers[.ifRange], condition != entityTag {
            return .whole
        }
        return ByteRange(request.headers[.range], size: size)
    }

    /// Whether `If-None-Match` lists the tag, compared weakly (RFC 9110 section 13.1.2).
    private static func names(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").contains { entry in
            let entry = entry.drop { $0 == " " }
            return entry == "*" || entry == tag || entry == "W/\(tag)"
        }
    }
}
