/** Elements of a page, built so that a text stays a text whatever it contains. */
define('modules/ksef/ui/element', [], () => {
    const element = (tag, className, ...children) => {
        const made = document.createElement(tag);

        made.className = className;
        made.append(...children.filter(child => child !== null && child !== ''));

        return made;
    };

    return {
        element,

        /** A message, in which `commands` stand between backticks. */
        message: text => element('span', '', ...text.split(/`([^`]+)`/).map(
            (part, index) => index % 2 ? element('code', '', part) : part,
        )),

        /** A link to another site in a tab of its own; nothing without an address. */
        outside: (url, text) => {
            if (!/^https?:\/\//.test(url)) {
                return '';
            }

            const link = element('a', '', text);

            link.href = url;
            link.target = '_blank';
            link.rel = 'noopener noreferrer';

            return link;
        },

        /** A link that does something here: an action that the view handles. */
        actionLink: (text, action) => {
            const made = element('a', '', text);

            made.role = 'button';
            made.tabIndex = 0;
            made.dataset.action = action;

            return made;
        },

        /** A small button within a text or a table. */
        button: (text, onClick) => {
            const made = element('button', 'btn btn-default btn-sm', text);

            made.type = 'button';
            // With the name of a record in it, it may be wider than a telephone.
            made.style.whiteSpace = 'normal';
            made.addEventListener('click', onClick);

            return made;
        },

        /** Buttons side by side. */
        actions: buttons => element('p', 'ksef-actions', ...buttons.flatMap(each => [each, ' '])),

        /** EspoCRM's coloured label. */
        label: (style, text) => element('span', `label label-md label-${style}`, text),
    };
});
