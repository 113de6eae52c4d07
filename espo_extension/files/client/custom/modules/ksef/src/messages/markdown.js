/**
 * Espo.Ui's notices and EspoCRM's tooltips and confirmations read their text as Markdown. What comes
 * from a record, a certificate or KSeF must come out as it is.
 */
define('modules/ksef/messages/markdown', [], () => {
    const punctuation = /[!-/:-@[-`{-~]/g;

    /** The text on one line, so that Markdown shows it letter by letter. */
    const escape = text => oneLine(text).replace(punctuation, '\\$&');

    const oneLine = text => String(text).replace(/\s+/g, ' ').trim();

    return {
        escape,

        /** After a text, a link to another site; nothing without an address. HTML would be shown as a text. */
        outside: (url, text) => url ? ` [${escape(text)}](${url})` : '',

        /** A message: letter by letter save for `commands`, which stand between backticks. */
        message: text => oneLine(text)
            .split(/(`[^`]+`)/)
            .map((part, index) => index % 2 ? part : part.replace(punctuation, '\\$&'))
            .join(''),
    };
});
