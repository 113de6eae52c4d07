/** A secret that is typed in: dots, until whoever types wants to see it. */
define('modules/ksef/ui/revealed-input', [], () => ({
    /** An input with its button; the field's data has `revealText`. */
    template: `
        <div class="input-group">
            <input
                type="password"
                class="main-element form-control"
                data-name="{{name}}"
                autocomplete="new-password"
                autocapitalize="off"
                spellcheck="false"
                placeholder="{{placeholder}}"
            >
            <span class="input-group-btn">
                <button
                    type="button"
                    class="btn btn-default btn-icon"
                    data-action="reveal"
                    title="{{revealText}}"
                    aria-label="{{revealText}}"
                    aria-pressed="false"
                ><span class="far fa-eye"></span></button>
            </span>
        </div>`,

    /** @param {jQuery} $field The field's element. */
    toggle: $field => {
        const $input = $field.find('input');
        const isRevealed = $input.attr('type') === 'password';

        $input.attr('type', isRevealed ? 'text' : 'password').trigger('focus');
        $field.find('[data-action="reveal"]').attr('aria-pressed', String(isRevealed))
            .children().toggleClass('fa-eye', !isRevealed).toggleClass('fa-eye-slash', isRevealed);
    },
}));
