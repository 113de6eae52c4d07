/** The identifier of a unit: a last digit that does not check the others is told while it can be mended. */
define('modules/ksef/views/ksef-profile/fields/internal-id', [
    'views/fields/varchar',
    'modules/ksef/messages/message-text',
    'modules/ksef/profile/written-number',
    'modules/ksef/ui/element',
], (Varchar, MessageText, writtenNumber, {element}) => class extends Varchar {
    afterRender() {
        super.afterRender();

        if (this.isEditMode()) {
            writtenNumber.watch(this.$el.find('input').get(0), writtenNumber.internalId);
            this.$el.find('input').on('input', () => this.showCheckDigit());
            this.showCheckDigit();
        }
    }

    showCheckDigit() {
        const found = this.$el.find('input').val().trim();
        const expected = writtenNumber.fittingInternalId(found);

        this.$el.find('.ksef-check-digit').remove();

        if (expected) {
            const code = 'internal-id-check-digit';
            const text = MessageText.of(this).of({code, params: {found, expected}});

            this.$el.append(element('div', 'ksef-check-digit small text-warning', text));
        }
    }
});
