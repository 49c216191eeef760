import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOHTTP1
import Testing

@testable import WebAPI

@Suite("Byte ranges")
struct ByteRangeTests {
    @Test(
        "A range is read as RFC 9110 section 14 has it",
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-499", .part(0...499)), ("bytes=500-999", .part(500...999)),
            ("bytes=-500", .part(500...999)), ("bytes=500-", .part(500...999)), ("bytes=0-0", .part(0...0)),
            ("bytes=-1", .part(999...999)), ("bytes=999-", .part(999...999)), ("bytes=900-5000", .part(900...999)),
            ("bytes=-5000", .part(0...999)), ("BYTES = 1-2", .part(1...2)), ("bytes=1000-", .unsatisfiable),
            ("bytes=1000-2000", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=5-2", .whole), ("bytes=a-b", .whole),
            ("bytes=+1-2", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("items=0-1", .whole), ("0-1", .whole),
            ("bytes=0-1,5-6", .whole), ("bytes=1--2", .whole),
        ] as [(String?, ByteRange)]
    )
    func table(header: String?, expected: ByteRange) {
        #expect(ByteRange(header, size: 1000) == expected)
    }

    @Test("An empty file has no range")
    func empty() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", size: 0) == .unsatisfiable)
    }
}

@Suite("Recordings", .timeLimit(.minutes(1)))
struct RecordingTests {
    private static let bytes = Data((0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) })

    @Test("A recording is served whole, in parts, by HEAD, and not again to those who have it")
    func serve() async throws {
        try await withRecording { server, path in
            let whole = try await server.get(path)
            #expect(whole.status == 200)
            #expect(whole.body == Self.bytes)
            #expect(whole.headers["content-type"] == "audio/wav")
            #expect(whole.headers["accept-ranges"] == "bytes")
            let tag = try #require(whole.headers["etag"])

            let tail = try await server.get(path, headers: ["Range": "bytes=-500"])
            #expect(tail.status == 206)
            #expect(tail.body == Self.bytes.suffix(500))
            #expect(tail.headers["content-range"] == "bytes 500-999/1000")
            #expect(tail.headers["content-length"] == "500")

            let part = try await server.get(path, headers: ["Range": "bytes=10-19", "If-Range": tag])
            #expect(part.body == Self.bytes[10...19])
            let changed = try await server.get(path, headers: ["Range": "bytes=10-19", "If-Range": "\"other\""])
            #expect(changed.status == 200)
            #expect(changed.body == Self.bytes)

            let beyond = try await server.get(path, headers: ["Range": "bytes=1000-"])
            #expect(beyond.status == 416)
            #expect(beyond.headers["content-range"] == "bytes */1000")
            #expect(beyond.code == "range_not_satisfiable")

            let known = try await server.get(path, headers: ["If-None-Match": "\"x\", W/\(tag)"])
            #expect(known.status == 304)
            #expect(known.body.isEmpty)

            var request = server.request("HEAD", path)
            request.headers.add(name: "Range", value: "bytes=0-9")
            let head = try await server.send(request)
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == "1000")
            #expect(head.body.isEmpty)
        }
    }

    @Test("A recording that does not exist, or not any more, is a 404")
    func missing() async throws {
        try await withRecording { server, path in
            let other = try await server.placeForTomorrow()
            #expect(try await server.get("/v1/calls/\(other)/recording").code == "recording_not_found")
            let id = try #require(path.split(separator: "/").dropLast().last)
            let call = try await server.get("/v1/calls/\(id)").json
            #expect(call["recording_url"] as? String == path)
            for file in try FileManager.default.subpathsOfDirectory(atPath: Self.directory) where file.contains(id) {
                try FileManager.default.removeItem(atPath: "\(Self.directory)/\(file)")
            }
            #expect(try await server.get(path).code == "recording_not_found")
        }
    }

    @Test("A signed link opens the recording without a key, in parts too, and nothing else; it expires")
    func links() async throws {
        try await withRecording { server, path in
            let answer = try await server.post("\(path)_url", #"{"expires_in": 60}"#)
            #expect(answer.status == 200, "\(answer.text)")
            let url = try #require(try answer.json["url"] as? String)
            #expect(url.hasPrefix("\(server.base)/recordings/call_"))
            let expiresAt = try #require((try answer.json["expires_at"] as? String).flatMap(Timestamp.date))
            #expect((50...61).contains(expiresAt.timeIntervalSinceNow))

            func open(
                _ url: String,
                _ method: HTTPMethod = .GET,
                range: String? = nil
            ) async throws -> TestServer.Answer {
                var request = HTTPClientRequest(url: url)
                request.method = method
                if let range { request.headers.add(name: "Range", value: range) }
                return try await server.send(request)
            }
            #expect(try await open(url).body == Self.bytes)
            let part = try await open(url, range: "bytes=10-19")
            #expect(part.status == 206)
            #expect(part.body == Self.bytes[10...19])
            #expect(try await open(url, .HEAD).headers["content-length"] == "1000")

            let other = try await server.completedCall()
            let id = try #require(path.split(separator: "/").dropLast().last)
            let later = "expires=\(Int(expiresAt.timeIntervalSince1970) + 1)"
            let forgeries = [
                url + "x", String(url.dropLast()), url.replacing(id, with: other), url.replacing(".wav", with: ""),
                url.replacing(/expires=[0-9]+/, with: later), url.replacing(/signature=.*/, with: ""),
                url.replacing(/expires=[0-9]+/, with: "expires=99999999999999999"),
                url.replacing(id, with: "call_00000000000000000000000000"),
            ]
            for forgery in forgeries {
                let answer = try await open(forgery)
                #expect(answer.status == 403, "\(forgery)")
                #expect(answer.code == "invalid_signature")
            }

            let past = server.engine.calls.links.link(
                to: try #require(Call.ID(String(id))),
                of: Project.first,
                until: Date(timeIntervalSinceNow: -1)
            )
            let late = try await open(server.base + past.path)
            #expect(late.status == 410)
            #expect(late.code == "link_expired")

            let without = try await server.placeForTomorrow()
            #expect(try await server.post("/v1/calls/\(without)/recording_url", "").code == "recording_not_found")
            #expect(try await server.post("\(path)_url", #"{"expires_in": 59}"#).param == "expires_in")
        }
    }

    private static let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
        "trunkline-recordings-\(ProcessInfo.processInfo.processIdentifier)"
    ).path

    /// A call whose recording holds `bytes`: the line writes it, as the media path does.
    private func withRecording(_ body: @Sendable (TestServer, String) async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: Self.directory, withIntermediateDirectories: true)
        try await TestServer.run(recordings: Self.directory) { server in
            server.line.records(Self.bytes)
            let id = try await server.completedCall()
            try await body(server, "/v1/calls/\(id)/recording")
        }
    }
}
