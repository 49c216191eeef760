import CoreMetrics
import Foundation
import Testing

@testable import WebAPI

@Suite("Metrics")
struct PrometheusTests {
    @Test("Counters, gauges and histograms are written as the text format has them")
    func families() async throws {
        let metrics = PrometheusMetrics()
        Counter(label: "calls.placed", dimensions: [("mode", "test")], factory: metrics).increment(by: 3)
        Gauge(label: "live", dimensions: [], factory: metrics).record(7)
        let timer = Timer(label: "wait", dimensions: [], factory: metrics)
        timer.recordNanoseconds(3_000_000)
        timer.recordNanoseconds(200_000_000)
        timer.recordNanoseconds(90_000_000_000)
        metrics.gauge("asked") { 2.5 }
        metrics.gauge("silent") { nil }

        let page = try MetricsPage(await metrics.page())
        #expect(page.types["calls_placed_total"] == "counter")
        #expect(page.value("calls_placed_total", ["mode": "test"]) == 3)
        #expect(page.value("live") == 7)
        #expect(page.value("asked") == 2.5)
        #expect(page.types["silent"] == nil)
        #expect(page.types["wait_seconds"] == "histogram")
        #expect(page.value("wait_seconds_bucket", ["le": "0.0025"]) == 0)
        #expect(page.value("wait_seconds_bucket", ["le": "0.005"]) == 1)
        #expect(page.value("wait_seconds_bucket", ["le": "60"]) == 2)
        #expect(page.value("wait_seconds_bucket", ["le": "+Inf"]) == 3)
        #expect(page.value("wait_seconds_count") == 3)
        #expect(abs(try #require(page.value("wait_seconds_sum")) - 90.203) < 1e-9)
    }

    @Test("Labels survive quotation marks, backslashes and line ends")
    func escaping() async throws {
        let metrics = PrometheusMetrics()
        let value = "a\"b\\c\nd"
        Counter(label: "odd-name", dimensions: [("what.ever", value)], factory: metrics).increment()
        let page = try MetricsPage(await metrics.page())
        #expect(page.value("odd_name_total", ["what_ever": value]) == 1)
    }

    @Test("A flood of label values ends in one series, not in memory")
    func cap() async throws {
        let metrics = PrometheusMetrics(seriesLimit: 10)
        for index in 0..<1000 {
            Counter(label: "flood", dimensions: [("who", "\(index)")], factory: metrics).increment()
        }
        let page = try MetricsPage(await metrics.page())
        #expect(page.samples.count == 11)
        #expect(page.value("flood_total", ["who": "other"]) == 990)
    }

    @Test("A name that is two kinds of thing does not spoil the page")
    func clash() async throws {
        let metrics = PrometheusMetrics()
        Gauge(label: "thing_total", dimensions: [], factory: metrics).record(1)
        Counter(label: "thing", dimensions: [], factory: metrics).increment()
        let page = try MetricsPage(await metrics.page())
        #expect(page.types["thing_total"] == "gauge")
        #expect(page.value("thing_total") == 1)
    }

    @Test("The server's page counts its requests by route, not by path", .timeLimit(.minutes(1)))
    func requests() async throws {
        try await TestServer.run { server in
            _ = try await server.get("/v1/calls/call_00000000000000000000000000")
            _ = try await server.get("/v1/calls/nonsense")
            _ = try await server.get("/whatever/1")
            let answer = try await server.get("/metrics")
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let page = try MetricsPage(answer.text)
            let labels = ["method": "GET", "route": "/v1/calls/{id}"]
            #expect(page.value("http_requests_total", labels.merging(["status": "404"]) { $1 }) == 2)
            #expect(page.value("http_request_duration_seconds_count", labels) == 2)
            #expect(page.value("http_requests_total", ["method": "GET", "route": "none", "status": "404"]) == 1)
        }
    }
}

/// Reads the text format strictly: what Prometheus would refuse, it refuses.
struct MetricsPage {
    struct Sample: Hashable {
        var name: String
        var labels: [String: String]
    }

    struct Unreadable: Error {
        var line: String
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample: Double] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Unreadable(line: "the page does not end with a line end") }
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
                guard types.updateValue(String(match.2), forKey: String(match.1)) == nil else {
                    throw Unreadable(line: String(line))
                }
                continue
            }
            guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/),
                let value = Double(match.3 == "+Inf" ? "inf" : String(match.3))
            else { throw Unreadable(line: String(line)) }
            let name = String(match.1)
            let family = name.replacing(/_(bucket|sum|count)$/, with: "")
            guard types[name] != nil || types[family] == "histogram" else { throw Unreadable(line: String(line)) }
            let sample = Sample(name: name, labels: try Self.labels(match.2 ?? ""))
            guard samples.updateValue(value, forKey: sample) == nil else { throw Unreadable(line: String(line)) }
        }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples[Sample(name: name, labels: labels)]
    }

    private static func labels(_ text: Substring) throws -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)",?/) else {
                throw Unreadable(line: String(text))
            }
            var value = ""
            var isEscaped = false
            for character in match.2 {
                if isEscaped {
                    value.append(character == "n" ? "\n" : character)
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else {
                    value.append(character)
                }
            }
            labels[String(match.1)] = value
            rest = rest[match.range.upperBound...]
        }
        return labels
    }
}
