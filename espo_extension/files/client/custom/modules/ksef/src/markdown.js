/**
 * Espo.Ui's notices and EspoCRM's tooltips and confirmations read their text as Markdown. What comes
 * from a record, a certificate or KSeF must come out as it is.
 */
define('modules/ksef/markdown', [], () => {
    const punctuation = /[!-/:-@[-`{-~]/g;

    return {
        /** The text on one line, so that Markdown shows it letter by letter. */
        escape: text => String(text).replace(/\s+/g, ' ').trim().replace(punctuation, '\\$&'),
    };
});
