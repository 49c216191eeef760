import Testing

@testable import WebAPI

@Suite("Uploads of several parts")
struct MultipartTests {
    private static let body =
        "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"settings\"\r\n\r\n{\"a\":1}\r\n--b\r\n"
        + "content-disposition: form-data; filename=\"x.csv\"; name=file\r\nContent-Type: text/csv\r\n\r\n"
        + "phone\r\n--a\r\n-\r\n+1\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b--\r\nepilogue"

    @Test("Parts come out whole, wherever the bytes are cut", arguments: [1, 2, 3, 5, 7, 1000])
    func parts(size: Int) throws {
        var reader = try #require(MultipartReader(contentType: "multipart/form-data; boundary=\"b\""))
        var parts: [(name: String, text: String, isOver: Bool)] = []
        let bytes = Array(Self.body.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            for event in try reader.read(bytes[start..<min(start + size, bytes.count)]) {
                switch event {
                case .part(let name): parts.append((name, "", false))
                case .data(let bytes): parts[parts.count - 1].text += String(decoding: bytes, as: UTF8.self)
                case .endOfPart: parts[parts.count - 1].isOver = true
                }
            }
        }
        try reader.finish()
        #expect(parts.map(\.name) == ["settings", "file", "empty"])
        #expect(parts.map(\.text) == ["{\"a\":1}", "phone\r\n--a\r\n-\r\n+1\r\n", ""])
        #expect(parts.map(\.isOver) == [true, true, true])
    }

    @Test(
        "What is cut off or badly written is refused",
        arguments: ["", "--b\r\n", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nphone", "--bx"]
    )
    func malformed(body: String) throws {
        var reader = try #require(MultipartReader(contentType: "multipart/form-data; boundary=b"))
        #expect(throws: MultipartReader.Malformed.self) {
            _ = try reader.read(body.utf8)
            try reader.finish()
        }
    }

    @Test(
        "Without a boundary nothing can be told apart",
        arguments: ["multipart/form-data", "multipart/form-data; boundary=", "text/csv"]
    )
    func boundary(type: String) {
        #expect(MultipartReader(contentType: type) == nil)
    }
}
