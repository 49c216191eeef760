import Synchronization

/// Hands values from one thread to another without a lock: one producer, one consumer, a fixed number of places.
///
/// `@unchecked Sendable`: a place belongs to the producer until `publish` and to the consumer until `release`; the two atomic
/// counters order the accesses.
final class HandoverRing<Element: BitwiseCopyable>: @unchecked Sendable {
    private let places: UnsafeMutablePointer<Element>
    private let capacity: Int
    private let written = Atomic<Int>(0)
    private let read = Atomic<Int>(0)

    init(capacity: Int, initial: Element) {
        self.capacity = capacity
        places = .allocate(capacity: capacity)
        places.initialize(repeating: initial, count: capacity)
    }

    deinit {
        places.deallocate()
    }

    /// The index of a free place, for the producer. Nil: all are taken.
    func reserve() -> Int? {
        let head = written.load(ordering: .relaxed)
        return head - read.load(ordering: .acquiring) < capacity ? head % capacity : nil
    }

    /// The reserved place now belongs to the consumer.
    func publish(_ element: Element) {
        let head = written.load(ordering: .relaxed)
        places[head % capacity] = element
        written.store(head + 1, ordering: .releasing)
    }

    /// The oldest place, for the consumer. Nil: all are free.
    func first() -> (index: Int, element: Element)? {
        let tail = read.load(ordering: .relaxed)
        guard written.load(ordering: .acquiring) > tail else { return nil }
        return (tail % capacity, places[tail % capacity])
    }

    /// The oldest place now belongs to the producer.
    func release() {
        read.store(read.load(ordering: .relaxed) + 1, ordering: .releasing)
    }
}
