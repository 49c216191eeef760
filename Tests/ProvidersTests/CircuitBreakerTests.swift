import Testing

@testable import Providers

@Suite("A server that fails is left alone for a while")
struct CircuitBreakerTests {
    /// Whether it lets a request out at each of these moments, in ms.
    private static func admits(_ breaker: inout CircuitBreaker, at moments: Int...) -> [Bool] {
        moments.map { breaker.admits(at: .milliseconds($0)) }
    }

    @Test("Three failures in a row close it off for five seconds; then one request decides")
    func opens() {
        var breaker = CircuitBreaker()
        for moment in [0, 1000, 2000] {
            let isOpen = Self.admits(&breaker, at: moment)
            #expect(isOpen == [true])
            breaker.fail(at: .milliseconds(moment))
        }
        let trials = Self.admits(&breaker, at: 6999, 7000, 7000)
        #expect(trials == [false, true, false], "One request at a time tries it")
        breaker.succeed()
        let afterwards = Self.admits(&breaker, at: 7000, 7000)
        #expect(afterwards == [true, true])
    }

    @Test("Each trial that fails doubles the wait, up to five minutes")
    func waitsLonger() {
        var breaker = CircuitBreaker()
        for _ in 0..<3 { breaker.fail(at: .zero) }
        var now = 0
        for wait in [5, 10, 20, 40, 80, 160, 300, 300] {
            let trials = Self.admits(&breaker, at: now + wait * 1000 - 1, now + wait * 1000)
            #expect(trials == [false, true], "\(wait)")
            now += wait * 1000
            breaker.fail(at: .milliseconds(now))
        }
    }

    @Test("Failures with successes between them close nothing off, and neither does what was given up")
    func forgives() {
        var breaker = CircuitBreaker()
        for _ in 0..<10 {
            breaker.fail(at: .zero)
            breaker.fail(at: .zero)
            breaker.succeed()
            breaker.giveUp(at: .zero)
        }
        #expect(breaker.state == .closed(failures: 0))
        for _ in 0..<3 { breaker.fail(at: .zero) }
        let trial = Self.admits(&breaker, at: 5000)
        breaker.giveUp(at: .seconds(5))
        let again = Self.admits(&breaker, at: 5000)
        #expect(trial == [true] && again == [true], "A trial that nobody waited for is made again")
    }
}
