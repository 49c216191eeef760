/// Sounds that an operator has put ready, to be played in calls.
package protocol SoundLibrary: Sendable {
    /// The whole of it at 8,000 Hz. Reads it anew each time, so that a file that was replaced is played as it now is.
    func sound(named name: String) throws(SoundProblem) -> [Int16]
}

/// Why a sound cannot be played, in words for whoever named it.
package struct SoundProblem: Error, Sendable, Hashable {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}
