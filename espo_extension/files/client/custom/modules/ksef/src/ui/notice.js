/** Notices at the top of the page, from plain text. */
define('modules/ksef/ui/notice', ['modules/ksef/messages/markdown'], markdown => {
    const longEnoughToRead = 8000;

    const lines = (text, explanation) => `${markdown.escape(text)}\n\n${explanation}`;

    return {
        /** Stays until something else is shown. */
        wait: text => Espo.Ui.notify(markdown.escape(text)),

        done: text => Espo.Ui.notify(markdown.escape(text), 'success', longEnoughToRead, {closeButton: true}),

        /** @param {string} message Markdown of the server, its parameters escaped there. */
        said: message => Espo.Ui.notify(message, 'success', longEnoughToRead, {closeButton: true}),

        /** @param {string} explanation Markdown of the server, its parameters escaped there. */
        warn: (text, explanation) => Espo.Ui.notify(lines(text, explanation), 'warning', 0, {closeButton: true}),

        /** @param {string} explanation As for `warn`. */
        fail: (text, explanation) => Espo.Ui.error(lines(text, explanation), true),

        end: () => Espo.Ui.notify(false),
    };
});
