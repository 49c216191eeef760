import Foundation
import Media
import ServiceLifecycle
import WebAPI

/// Measures the server it is a guest of, from outside: calls through the API to a phone lab in another process.
struct ServerBench: Service {
    struct Plan: Sendable {
        /// Calls placed one after the other, to see how soon each dials.
        var latencyCalls: Int
        /// How many calls are up at once, one measurement each.
        var loads: [Int]
        /// How long each load is measured.
        var seconds: Int
    }

    let plan: Plan
    let directory: String
    let lab: LabProcess
    let media: MediaEngine
    /// The one that the API listens on, once it does.
    let ports: AsyncStream<Int>
    let key: String
    let terminal: Terminal

    private static let busy = "+15550200486"
    /// Answers, sends a tone, and does not listen.
    private static let tone = "+15550400003"

    func run() async throws {
        for await port in ports.cancelOnGracefulShutdown() {
            let line = BenchLine(client: APIClient(base: "http://127.0.0.1:\(port)", key: key))
            try await line.prepare()
            try await measureDialing(line)
            try await measureGreeting(line)
            terminal.result()
            terminal.result("Calls that are up at once, with audio both ways; CPU in percent of one core")
            for load in plan.loads { try await measure(load, line) }
            return
        }
    }

    private func measureDialing(_ line: BenchLine) async throws {
        terminal.note("Placing \(plan.latencyCalls) calls, one after the other …")
        let before = try lab.account().invites.count
        var created: [Date] = []
        for _ in 0..<plan.latencyCalls {
            let call = try await line.place(to: Self.busy)
            created.append(call.createdAt)
            try await line.untilOver(call.id)
        }
        let invites = try lab.account().invites.dropFirst(before)
        guard invites.count == created.count else {
            throw Complaint("\(created.count) calls were placed, and the lab saw \(invites.count) INVITEs")
        }
        let dialing = Percentiles(zip(created, invites).map { $1.timeIntervalSince($0) * 1000 })
        // Between the two lie two commits: the call, and its claim with the attempt.
        let floor = Percentiles(try DiskFloor.commits(2, times: plan.latencyCalls, in: directory))
        terminal.result(
            "Queue to INVITE      \(dialing.text) ms: from the call's creation to the INVITE at the far end"
        )
        terminal.result("  two disk commits   \(floor.text) ms; ratio at the median \(ratio(dialing.p50, floor.p50))")
    }

    private func measureGreeting(_ line: BenchLine) async throws {
        terminal.note("Listening to 20 greetings, two at a time …")
        let before = try lab.account().firstSounds.count
        for _ in 0..<10 {
            let calls = [try await line.place(to: Self.tone), try await line.place(to: Self.tone)].map(\.id)
            try await line.untilSettled()
            try await ContinuousClock().sleep(for: .seconds(1))
            try await line.hangUp(calls)
        }
        let sounds = Percentiles(try lab.account().firstSounds.dropFirst(before).map(Double.init))
        terminal.result(
            "200 OK to greeting   \(sounds.text) ms: to the first sound at the far end (\(sounds.count) of 20 calls)"
        )
    }

    private func measure(_ load: Int, _ line: BenchLine) async throws {
        terminal.note("Placing \(load) calls …")
        let memory = try Self.residentKilobytes()
        let before = try lab.account().firstSounds.count
        var calls: [String] = []
        for _ in 0..<load { calls.append(try await line.place(to: Self.tone).id) }
        try await line.untilSettled()
        // Until the last greeting is spoken: what is measured is calls that go on.
        try await ContinuousClock().sleep(for: .seconds(5))
        terminal.note("Measuring for \(plan.seconds) s …")
        let (measured, pacing, probeCPU) = try await MediaBenchmark.pacing(of: media) {
            let start = (ContinuousClock.now, MediaBenchmark.processCPU, media.statistics)
            try await ContinuousClock().sleep(for: .seconds(plan.seconds))
            return (
                elapsed: ContinuousClock.now - start.0, cpu: MediaBenchmark.processCPU - start.1,
                late: media.statistics.lateTicks - start.2.lateTicks
            )
        }
        let grown = try Self.residentKilobytes() - memory
        let statuses = try await line.statuses(of: calls)
        try await line.hangUp(calls)
        let floor = try await MediaBenchmark.floor(streams: load, seconds: min(5, plan.seconds))
        let cpu = (measured.cpu - probeCPU) / measured.elapsed * 100 / Double(load)
        let sounds = Percentiles(try lab.account().firstSounds.dropFirst(before).map(Double.init))
        for (status, count) in statuses.sorted(by: { $0.key < $1.key }) where status != "in_progress" {
            terminal.note("\(count) calls were \(status) when the measurement ended")
        }
        terminal.result(
            """
            \("\(load)".padded(to: 5)) CPU per call \(digits(cpu, 3)) %, floor in C \(digits(floor, 3)) %, ratio \(ratio(cpu, floor)); \
            packets off their 20 ms by p50 \(digits(pacing.p50, 2)), p99 \(digits(pacing.p99, 2)), max \(digits(pacing.max, 1)) ms
                  memory per call \(grown / load) kB; greeting \(sounds.text) ms after the 200 OK; late ticks \(measured.late); \
            \(statuses["in_progress"] ?? 0) of \(load) calls up to the end
            """
        )
    }

    /// What the kernel says this process holds in memory.
    private static func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        return status.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Int($0.1) } ?? 0
    }
}
