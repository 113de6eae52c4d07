/** A button that asks the server to do something with the record on the page. */
define('modules/ksef/record-action', ['modules/ksef/notice'], notice => {
    /** What EspoCRM itself speaks of: a lost session, no connection. */
    const leftToEspo = [0, 401];

    /** The server's text, which is Markdown, else what EspoCRM calls an error. */
    const explanation = (xhr, view) => {
        try {
            return JSON.parse(xhr.responseText).message;
        } catch {
            return `${view.translate('Error')} ${xhr.status}`;
        }
    };

    return {
        /**
         * Post, then read the record again, whatever came of it.
         *
         * @param {Object} view The view with the record.
         * @param {string} action The last part of the address.
         * @param {{progress: string, failure: string}} texts
         * @returns {Promise<Object|null>} The answer; null after a refusal, which was shown.
         */
        post: async (view, action, {progress, failure}) => {
            const {model} = view;

            notice.wait(progress);

            try {
                const answer = await Espo.Ajax.postRequest(`${model.entityType}/${model.id}/${action}`, {});

                notice.end();

                return answer;
            } catch (xhr) {
                if (xhr instanceof Error) {
                    throw xhr;
                }

                if (!leftToEspo.includes(xhr.status)) {
                    xhr.errorIsHandled = true;
                    notice.fail(failure, explanation(xhr, view));
                }

                return null;
            } finally {
                model.fetch();
            }
        },
    };
});
