/** A company's NIP, typed or pasted as people write it. */
define('modules/ksef/views/ksef-profile/fields/nip', [
    'views/fields/varchar',
    'modules/ksef/profile/written-number',
], (Varchar, writtenNumber) => class extends Varchar {
    afterRender() {
        super.afterRender();

        if (this.isEditMode()) {
            writtenNumber.watch(this.$el.find('input').get(0), writtenNumber.nip);
        }
    }
});
