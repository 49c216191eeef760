package import FoundationEssentials

/// What the lab saw and did in one call: the other side's account, to compare with ours.
///
/// `line` times are ms on the line's clock, which starts with the answer, or with early media where there was any.
package struct LabCall: Sendable, Hashable, Codable {
    package var sipCallID: String
    /// As dialed.
    package var dialed: String
    package var caller: String
    /// What the number does.
    package var title: String
    /// When each INVITE that opened a dialog with this Call-ID came. More than one is a phone that rang twice.
    package var invites: [Date]
    package var rangAt: Date?
    package var earlyMediaAt: Date?
    package var answeredAt: Date?
    /// Where on the line's clock the answer was, in ms: 0 unless there was early media.
    package var answeredAtLine: Int?
    package var endedAt: Date?
    package var ending: Ending?
    /// The status of the refusal that the lab sent.
    package var refusedWith: Int?
    /// From the answer to the first sound of the caller, in ms. Nil if none came.
    package var firstSound: Int?
    /// When the caller spoke.
    package var callerSpeech: [Stretch] = []
    /// Phrases spotted in what the caller said; of somebody with a recogniser, all the words that were understood.
    package var heard: [Noted] = []
    /// What the callee said or played.
    package var said: [Noted] = []
    /// Keys that the caller pressed.
    package var keys: [Noted] = []
    /// Keys that the callee pressed.
    package var pressed: [Noted] = []
    /// Why the callee could not play its part: what came of the call says nothing of the caller. Nil if it could.
    package var failure: String?
    /// Stereo WAV file: the caller on the left, the callee on the right. Nil if none is made.
    package var recordingPath: String?

    package init(sipCallID: String, dialed: String, caller: String, title: String, invitedAt: Date) {
        self.sipCallID = sipCallID
        self.dialed = dialed
        self.caller = caller
        self.title = title
        self.invites = [invitedAt]
    }

    /// A stretch of the line, in ms. `end` is nil while it lasts.
    package struct Stretch: Sendable, Hashable, Codable {
        package var start: Int
        package var end: Int?

        package init(start: Int, end: Int? = nil) {
            self.start = start
            self.end = end
        }
    }

    /// Something that was heard, said or pressed, and when: ms on the line.
    package struct Noted: Sendable, Hashable, Codable {
        package var text: String
        package var start: Int
        package var end: Int?

        package init(_ text: String, start: Int, end: Int? = nil) {
            self.text = text
            self.start = start
            self.end = end
        }
    }

    package enum Ending: String, Sendable, Hashable, Codable {
        /// The caller gave up before the answer: a CANCEL.
        case canceled
        case callerHungUp = "caller_hung_up"
        case calleeHungUp = "callee_hung_up"
        case refused
        /// The line went away without a BYE, or no audio came.
        case lost
    }
}
