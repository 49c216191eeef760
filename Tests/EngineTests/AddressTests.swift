import Dispatch
import Testing

@testable import Engine

@Suite("Callback addresses", .timeLimit(.minutes(1)))
struct AddressTests {
    @Test(
        "URLs that lead, or could lead, into the operator's network are refused before anything is resolved",
        arguments: [
            // Not TLS, not HTTP, not a URL, credentials.
            "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com",
            "javascript:alert(1)",
            "example.com", "//example.com/", "https://", "https:///path", "https://user@example.com/",
            "https://user:pass@example.com/", "https://:pass@example.com/", "https://example.com:0/",
            "https://example.com:70000/",
            "https://exa mple.com/", "https://example.com\\@127.0.0.1/", "https://example.com\n.evil/",
            "https://\u{2460}27.0.0.1/",
            // This machine, in every spelling.
            "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://017700000001/",
            "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://0x7f.0x0.0x0.0x1/",
            "https://127.0.0.1./",
            "https://127.255.255.254/", "https://0.0.0.0/", "https://0/", "https://0x/", "https://localhost/",
            "https://LOCALHOST/", "https://foo.localhost/", "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/",
            "https://[::]/",
            // Private, shared, link-local and special networks.
            "https://10.0.0.1/", "https://10.255.255.255/", "https://172.16.0.1/", "https://172.31.255.255/",
            "https://192.168.0.1/", "https://169.254.169.254/latest/meta-data", "https://2852039166/",
            "https://0xa9fea9fe/",
            "https://100.64.0.1/", "https://100.127.255.255/", "https://192.0.0.1/", "https://192.0.2.1/",
            "https://198.18.0.1/",
            "https://198.19.255.255/", "https://198.51.100.1/", "https://203.0.113.1/", "https://192.88.99.1/",
            "https://224.0.0.1/", "https://239.255.255.255/", "https://240.0.0.1/", "https://255.255.255.255/",
            // IPv6: unique local, link-local, multicast, documentation, and forms that carry an IPv4 address.
            "https://[fc00::1]/", "https://[fd12:3456::1]/", "https://[fe80::1]/", "https://[febf::1]/",
            "https://[ff02::1]/",
            "https://[2001:db8::1]/", "https://[3fff::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
            "https://[::ffff:8.8.8.8]/", "https://[::127.0.0.1]/", "https://[64:ff9b::127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[64:ff9b:1::1]/", "https://[2002:7f00:1::]/", "https://[2001::1]/", "https://[100::1]/",
            "https://[fec0::1]/", "https://[5f00::1]/",
            // Names that only mean something here.
            "https://intranet/", "https://printer.local/", "https://db.internal/", "https://router.home.arpa/",
        ]
    )
    func refused(url: String) {
        #expect(AddressGuard(allowPrivateAddresses: false).problem(with: url) != nil)
    }

    @Test(
        "Public receivers are accepted",
        arguments: [
            "https://example.com/hook", "https://EXAMPLE.com:8443/hook?a=b%20c", "https://8.8.8.8/",
            "https://172.32.0.1/",
            "https://100.128.0.1/", "https://[2606:4700:4700::1111]/", "https://xn--bcher-kva.example/",
            "https://1password.com/",
            "https://a.b.c.d.example/", "https://169.254.169.254.example.com/",
        ]
    )
    func accepted(url: String) {
        #expect(AddressGuard(allowPrivateAddresses: false).problem(with: url) == nil)
    }

    @Test("Where the operator allows it, a receiver may be on this machine and without TLS")
    func allowed() {
        let open = AddressGuard(allowPrivateAddresses: true)
        #expect(open.problem(with: "http://127.0.0.1:8080/hook") == nil)
        #expect(open.problem(with: "https://intranet/hook") == nil)
        #expect(open.problem(with: "ftp://127.0.0.1/") != nil)
        #expect(open.problem(with: "http://user@127.0.0.1/") != nil)
    }

    @Test("A name that resolves to a private address is refused, whatever it is called")
    func resolved() async throws {
        let resolver = NameResolver(threads: 1)
        resolver.start()
        let receiver = try #require(Receiver("https://localhost/hook"))
        await #expect(throws: DeliveryFailure(reason: "localhost is not at a public address", isForbidden: true)) {
            _ = try await AddressGuard(allowPrivateAddresses: false).resolve(receiver, with: resolver)
        }
        let address = try await AddressGuard(allowPrivateAddresses: true).resolve(receiver, with: resolver)
        #expect(address == "127.0.0.1" || address == "::1")
        let nowhere = try #require(Receiver("https://does-not-exist.invalid/hook"))
        await #expect(throws: DeliveryFailure(reason: "The name does-not-exist.invalid could not be resolved")) {
            _ = try await AddressGuard(allowPrivateAddresses: true).resolve(nowhere, with: resolver)
        }
        await resolver.stop()
    }

    @Test("A name server that does not answer holds up one name, and nobody longer than they want to wait")
    func hangingNameServer() async throws {
        let (asked, asking) = AsyncStream.makeStream(of: String.self)
        let release = DispatchSemaphore(value: 0)
        let resolver = NameResolver(threads: 2) { host, _ in
            asking.yield(host)
            if host == "dead.example" { release.wait() }
            return "192.0.2.1"
        }
        resolver.start()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<5 {
                group.addTask { (try? await resolver.address(of: "dead.example", port: 443)) == nil }
            }
            for await _ in asked { break }
            #expect((try? await resolver.address(of: "good.example", port: 443)) == "192.0.2.1")
            group.cancelAll()
            for await isCanceled in group { #expect(isCanceled) }
        }
        release.signal()
        await resolver.stop()
        asking.finish()
        #expect(await asked.reduce(into: []) { $0.append($1) } == ["good.example"], "Asked for once, however many wait")
    }

    @Test(
        "IPv6 addresses are read in every form of RFC 4291",
        arguments: [
            ("::", [UInt8](repeating: 0, count: 16)), ("::1", [UInt8](repeating: 0, count: 15) + [1]),
            ("2001:db8::8:800:200c:417a", [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 8, 8, 0, 0x20, 0x0c, 0x41, 0x7a]),
            ("::ffff:192.0.2.128", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 128]),
            ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
        ]
    )
    func version6(text: String, bytes: [UInt8]) {
        #expect(IPAddress(text)?.bytes == bytes)
    }

    @Test(
        "Nothing else is",
        arguments: [
            ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1.2.3", "1.2.3",
            "1.2.3.256", "01.2.3.4", "",
        ]
    )
    func malformed(text: String) {
        #expect(IPAddress(text) == nil)
    }
}
