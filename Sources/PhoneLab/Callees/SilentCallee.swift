/// Answers and says nothing.
package struct SilentCallee: Callee {
    package init() {}

    package mutating func handle(_: LineEvent) -> [LineAction] { [] }
}
